"""Made-up users, each with an address, and an admin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..core.seeding import LAST_DAY, make_date
from . import passwords
from .models import Address, User
from .schemas import normalize_email

if TYPE_CHECKING:
    from faker import Faker

PASSWORD = "password"  # noqa: S105
# Everyone has been registered for so long at the last day, and may have done much since.
MEMBERSHIP = timedelta(days=90)


def make_users(fake: Faker, count: int) -> list[User]:
    hashed_password = passwords.hasher.hash(PASSWORD)
    return [
        User(
            name=fake.name(),
            email=f"{fake.user_name().lower()}.{number}@example.com",
            hashed_password=hashed_password,
            age=fake.random_int(18, 90),
            created_at=make_date(fake, last=LAST_DAY - MEMBERSHIP),
            addresses=[
                Address(
                    street=fake.street_address(),
                    city=fake.city(),
                    state=fake.administrative_unit(),
                    pin_code=fake.postcode(),
                )
            ],
        )
        for number in range(1, count + 1)
    ]


def make_admin(email: str, password: str) -> User:
    try:
        address = normalize_email(email)
    except ValueError as error:
        raise SystemExit(f"--admin-email: {error}") from None
    return User(
        name="Admin",
        email=address,
        hashed_password=passwords.hasher.hash(password),
        is_admin=True,
    )
