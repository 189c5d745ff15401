"""Made-up orders, as values for any database layer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..core.seeding import LAST_DAY, make_date

if TYPE_CHECKING:
    from faker import Faker

# How many days ago an order was placed, by its status: each step takes its time.
AGES = {"pending": (0, 3), "shipped": (3, 14), "delivered": (14, 60), "cancelled": (0, 60)}


def make_order(
    fake: Faker, users: Sequence[int], prices: Sequence[tuple[int, Decimal]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the column values of an order, and those of its items, without its id."""
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
    """Return when an order of this status was placed, always after its user registered."""
    newest, oldest = (LAST_DAY - timedelta(days=days) for days in AGES[status])
    return make_date(fake, oldest, newest)
