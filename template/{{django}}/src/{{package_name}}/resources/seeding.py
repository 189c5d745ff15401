"""What `seed` stores in this app: a resource for each user."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..accounts.seeding import REGISTERED
from ..core.bulk import insert
from ..core.seeding import batches, make_date
from .models import Resource

if TYPE_CHECKING:
    from faker import Faker

COUNTS: dict[str, int] = {}


def store(fake: Faker, options: Mapping[str, Any], ids: dict[str, array[int]]) -> None:
    owners = ids["users"]
    for numbers in batches("resources", len(owners)):
        insert(Resource, [make_resource(fake, owners[number]) for number in numbers])


def make_resource(fake: Faker, owner_id: int) -> dict[str, Any]:
    return {
        "name": fake.catch_phrase(),
        "description": fake.sentence(),
        "metadata": {"color": fake.safe_color_name()},
        "owner_id": owner_id,
        "created_at": make_date(fake, first=REGISTERED),
    }
