"""Users with an address each, and an admin: what `seed` stores of this app."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError
from django.db.models import Model

from ..core.seeding import LAST_DAY, make_date
from .models import Address, User
from .schemas import normalize_email

if TYPE_CHECKING:
    from faker import Faker

COUNTS = {"users": 10}
PASSWORD = "password"  # noqa: S105
# Everyone has been registered for so long at the last day, and may have done much since.
MEMBERSHIP = timedelta(days=90)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--admin-email", help="the address of an admin to create")
    parser.add_argument("--admin-password", help="the password of that admin")


def make(fake: Faker, options: Mapping[str, Any], made: Sequence[Model]) -> list[Model]:
    users = make_users(fake, options["users"])
    return [*users, *make_addresses(fake, users), *make_admins(options)]


def make_users(fake: Faker, count: int) -> list[User]:
    password = make_password(PASSWORD)
    return [
        User(
            name=fake.name(),
            email=f"{fake.user_name().lower()}.{number}@example.com",
            password=password,
            age=fake.random_int(18, 90),
            created_at=make_date(fake, last=LAST_DAY - MEMBERSHIP),
        )
        for number in range(1, count + 1)
    ]


def make_addresses(fake: Faker, users: Sequence[User]) -> list[Address]:
    return [
        Address(
            user=user,
            street=fake.street_address(),
            city=fake.city(),
            state=fake.administrative_unit(),
            pin_code=fake.postcode(),
        )
        for user in users
    ]


def make_admins(options: Mapping[str, Any]) -> list[User]:
    """The admin that the options name, if they do."""
    email, password = options["admin_email"], options["admin_password"]
    if (email is None) != (password is None):
        raise CommandError("--admin-email and --admin-password go together", returncode=2)
    if email is None:
        return []
    try:
        address = normalize_email(email)
    except ValueError as error:
        raise CommandError(f"--admin-email: {error}") from None
    return [User(name="Admin", email=address, password=make_password(password), is_admin=True)]


def find_users(made: Sequence[Model]) -> list[User]:
    """The users among what was made, who own the rest of it; the admin owns nothing."""
    return [row for row in made if isinstance(row, User) and not row.is_admin]
