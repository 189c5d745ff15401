"""Made-up products, and orders of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ..core.seeding import LAST_DAY, batches, make_date
from .models import Order, OrderItem, Product

if TYPE_CHECKING:
    from faker import Faker

PRODUCTS = 20
# How many days ago an order was placed, by its status: each step takes its time.
AGES = {"pending": (0, 3), "shipped": (3, 14), "delivered": (14, 60), "cancelled": (0, 60)}


def make_products(fake: Faker, count: int) -> list[Product]:
    return [
        Product(name=fake.catch_phrase(), price=Decimal(fake.random.randint(100, 50_000)) / 100)
        for _ in range(count)
    ]


def store_orders(db: Session, fake: Faker, count: int, users: Sequence[int]) -> None:
    """Store products, and orders of them by users, who are told by their ids."""
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


def make_order(
    fake: Faker, users: Sequence[int], prices: Sequence[tuple[int, Decimal]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An order and its items."""
    choose = fake.random
    status = choose.choice(tuple(AGES))
    items = [
        {"product_id": product_id, "qty": choose.randint(1, 5), "unit_price": price}
        for product_id, price in choose.sample(prices, 3)
    ]
    order = {
        "user_id": choose.choice(users),
        "status": status,
        "payment_status": "completed" if status in ("shipped", "delivered") else "unpaid",
        "total": sum((item["unit_price"] * item["qty"] for item in items), Decimal(0)),
        "created_at": make_placed(fake, status),
    }
    return order, items


def make_placed(fake: Faker, status: str) -> datetime:
    """When an order of this status was placed; its user was registered by then."""
    newest, oldest = (LAST_DAY - timedelta(days=days) for days in AGES[status])
    return make_date(fake, oldest, newest)
