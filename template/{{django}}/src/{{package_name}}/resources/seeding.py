"""A resource for each user: what `seed` stores of this app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from ..accounts.seeding import find_users
from ..core.seeding import make_date
from .models import Resource

if TYPE_CHECKING:
    from faker import Faker

COUNTS: dict[str, int] = {}


def make(fake: Faker, options: Mapping[str, Any], made: Sequence[Model]) -> list[Model]:
    return [
        Resource(
            name=fake.catch_phrase(),
            description=fake.sentence(),
            metadata={"color": fake.safe_color_name()},
            owner=owner,
            created_at=make_date(fake, first=owner.created_at),
        )
        for owner in find_users(made)
    ]
