"""Made-up products, and orders of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ..accounts.models import User
from ..core.seeding import LAST_DAY, make_date
from .models import Order, OrderItem, Product

if TYPE_CHECKING:
    from faker import Faker

PRODUCTS = 20
# How many days ago an order was placed, by its status: each step takes its time.
AGES = {"pending": (0, 3), "shipped": (3, 14), "delivered": (14, 60), "cancelled": (0, 60)}


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
) -> list[Order]:
    orders = []
    for _ in range(count):
        items = [
            OrderItem(product=product, qty=fake.random_int(1, 5), unit_price=product.price)
            for product in fake.random_elements(products, length=3, unique=True)
        ]
        status = fake.random_element(tuple(AGES))
        orders.append(
            Order(
                user=fake.random_element(users),
                items=items,
                status=status,
                payment_status="completed" if status in ("shipped", "delivered") else "unpaid",
                total=sum((item.unit_price * item.qty for item in items), Decimal(0)),
                created_at=make_placed(fake, status),
            )
        )
    return orders
