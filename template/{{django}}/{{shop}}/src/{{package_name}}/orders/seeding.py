"""Products, and orders of them by the users: what `seed` stores of this app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from ..accounts.models import User
from ..accounts.seeding import find_users
from ..core.seeding import LAST_DAY, make_date
from .models import Order, OrderItem, Product

if TYPE_CHECKING:
    from faker import Faker

COUNTS = {"orders": 20}
PRODUCTS = 20
# How many days ago an order was placed, by its status: each step takes its time.
AGES = {"pending": (0, 3), "shipped": (3, 14), "delivered": (14, 60), "cancelled": (0, 60)}


def make(fake: Faker, options: Mapping[str, Any], made: Sequence[Model]) -> list[Model]:
    users, products = find_users(made), make_products(fake, PRODUCTS)
    orders, items = make_orders(fake, options["orders"], users, products) if users else ([], [])
    return [*products, *orders, *items]


def make_products(fake: Faker, count: int) -> list[Product]:
    return [
        Product(name=fake.catch_phrase(), price=Decimal(fake.random_int(100, 50_000)) / 100)
        for _ in range(count)
    ]


def make_placed(fake: Faker, status: str) -> datetime:
    """When an order of this status was placed; its user was registered by then."""
    newest, oldest = (LAST_DAY - timedelta(days=days) for days in AGES[status])
    return make_date(fake, oldest, newest)


def make_orders(
    fake: Faker, count: int, users: Sequence[User], products: Sequence[Product]
) -> tuple[list[Order], list[OrderItem]]:
    orders, order_items = [], []
    for _ in range(count):
        status = fake.random_element(tuple(AGES))
        order = Order(
            user=fake.random_element(users),
            status=status,
            payment_status="completed" if status in ("shipped", "delivered") else "unpaid",
            created_at=make_placed(fake, status),
        )
        items = [
            OrderItem(
                order=order,
                product=product,
                qty=fake.random_int(1, 5),
                unit_price=product.price,
            )
            for product in fake.random_elements(products, length=3, unique=True)
        ]
        order.total = sum((item.unit_price * item.qty for item in items), Decimal(0))
        orders.append(order)
        order_items += items
    return orders, order_items
