"""Made-up products, and orders of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ..accounts.models import User
from ..core.seeding import make_date
from .models import Order, OrderItem, Product

if TYPE_CHECKING:
    from faker import Faker

PRODUCTS = 20


def make_products(fake: Faker, count: int) -> list[Product]:
    return [
        Product(name=fake.catch_phrase(), price=Decimal(fake.random_int(100, 50_000)) / 100)
        for _ in range(count)
    ]


def make_orders(
    fake: Faker, count: int, users: Sequence[User], products: Sequence[Product]
) -> list[Order]:
    orders = []
    for _ in range(count):
        items = [
            OrderItem(product=product, qty=fake.random_int(1, 5), unit_price=product.price)
            for product in fake.random_elements(products, length=3, unique=True)
        ]
        status = fake.random_element(("pending", "shipped", "delivered", "cancelled"))
        orders.append(
            Order(
                user=fake.random_element(users),
                items=items,
                status=status,
                payment_status="completed" if status in ("shipped", "delivered") else "unpaid",
                total=sum((item.unit_price * item.qty for item in items), Decimal(0)),
                created_at=make_date(fake),
            )
        )
    return orders
