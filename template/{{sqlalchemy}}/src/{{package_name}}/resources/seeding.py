"""Made-up resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ..accounts.seeding import REGISTERED
from ..core.seeding import batches, make_date
from .models import Resource

if TYPE_CHECKING:
    from faker import Faker


def store_resources(db: Session, fake: Faker, owners: Sequence[int]) -> None:
    """Store a resource for each of these ids of users."""
    for numbers in batches("resources", len(owners)):
        made = [make_resource(fake, owners[number]) for number in numbers]
        db.execute(insert(Resource), made)


def make_resource(fake: Faker, owner_id: int) -> dict[str, Any]:
    return {
        "name": fake.catch_phrase(),
        "description": fake.sentence(),
        "metadata_": {"color": fake.safe_color_name()},
        "owner_id": owner_id,
        "created_at": make_date(fake, first=REGISTERED),
    }
