"""Made-up resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..accounts.models import User
from ..core.seeding import make_date
from .models import Resource

if TYPE_CHECKING:
    from faker import Faker


def make_resources(fake: Faker, owners: Sequence[User]) -> list[Resource]:
    return [
        Resource(
            name=fake.catch_phrase(),
            description=fake.sentence(),
            metadata_={"color": fake.safe_color_name()},
            owner=owner,
            created_at=make_date(fake, first=owner.created_at),
        )
        for owner in owners
    ]
