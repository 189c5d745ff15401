"""Made-up products, and orders of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ..core.seeding import batches
from .fakes import make_order
from .models import Order, OrderItem, Product

if TYPE_CHECKING:
    from faker import Faker

PRODUCTS = 20


def make_products(fake: Faker, count: int) -> list[Product]:
    return [
        Product(name=fake.catch_phrase(), price=Decimal(fake.random.randint(100, 50_000)) / 100)
        for _ in range(count)
    ]


def store_orders(db: Session, fake: Faker, count: int, users: Sequence[int]) -> None:
    """Store products, and orders of them by the users with these ids."""
    products = make_products(fake, PRODUCTS)
    db.add_all(products)
    db.flush()
    prices = [(product.id, product.price) for product in products]
    statement = insert(Order).returning(Order.id, sort_by_parameter_order=True)
    for numbers in batches("orders", count if users else 0):
        made = [make_order(fake, users, prices) for _ in numbers]
        stored = db.scalars(statement, [order for order, _ in made]).all()
        for order_id, (_, items) in zip(stored, made, strict=True):
            for item in items:
                item["order_id"] = order_id
        db.execute(insert(OrderItem), [item for _, items in made for item in items])
