"""What `seed` stores in this app: products, and orders of them by the users."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..core.bulk import insert
from ..core.seeding import batches
from .fakes import make_order
from .models import Order, OrderItem, Product

if TYPE_CHECKING:
    from faker import Faker

COUNTS = {"orders": 20}
PRODUCTS = 20


def store(fake: Faker, options: Mapping[str, Any], ids: dict[str, array[int]]) -> None:
    users = ids["users"]
    prices = [(product.pk, product.price) for product in store_products(fake, PRODUCTS)]
    for numbers in batches("orders", options["orders"] if users else 0):
        made = [make_order(fake, users, prices) for _ in numbers]
        stored = insert(Order, [order for order, _ in made])
        for order_id, (_, items) in zip(stored, made, strict=True):
            for item in items:
                item["order_id"] = order_id
        insert(OrderItem, [item for _, items in made for item in items])


def store_products(fake: Faker, count: int) -> list[Product]:
    return Product.objects.bulk_create(
        Product(name=fake.catch_phrase(), price=Decimal(fake.random.randint(100, 50_000)) / 100)
        for _ in range(count)
    )
