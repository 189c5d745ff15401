"""Made-up users, each with an address, and an admin."""

from __future__ import annotations

from array import array
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ..core.seeding import LAST_DAY, batches, make_date
from . import passwords
from .models import Address, User
from .schemas import normalize_email

if TYPE_CHECKING:
    from faker import Faker

PASSWORD = "password"  # noqa: S105
# All users register before this date, so that everything else can happen after it.
REGISTERED = LAST_DAY - timedelta(days=90)


def store_users(db: Session, fake: Faker, count: int) -> array[int]:
    """Store users with an address each, and return the users' ids."""
    hashed_password = passwords.hasher.hash(PASSWORD)
    ids = array("q")
    statement = insert(User).returning(User.id, sort_by_parameter_order=True)
    for numbers in batches("users", count):
        made = [
            (make_user(fake, number, hashed_password), make_address(fake)) for number in numbers
        ]
        stored = db.scalars(statement, [user for user, _ in made]).all()
        addresses = [address for _, address in made]
        for user_id, address in zip(stored, addresses, strict=True):
            address["user_id"] = user_id
        db.execute(insert(Address), addresses)
        ids.extend(stored)
    return ids


def make_user(fake: Faker, number: int, hashed_password: str) -> dict[str, Any]:
    return {
        "name": fake.name(),
        "email": f"{fake.user_name().lower()}.{number + 1}@example.com",
        "hashed_password": hashed_password,
        "age": fake.random.randint(18, 90),
        "created_at": make_date(fake, last=REGISTERED),
    }


def make_address(fake: Faker) -> dict[str, Any]:
    return {
        "street": fake.street_address(),
        "city": fake.city(),
        "state": fake.administrative_unit(),
        "pin_code": fake.postcode(),
    }


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
