"""What `seed` stores in this app: users with an address each, and an admin."""

from __future__ import annotations

from argparse import ArgumentParser
from array import array
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError

from ..core.bulk import insert
from ..core.seeding import LAST_DAY, batches, make_date
from .models import Address, User
from .schemas import normalize_email

if TYPE_CHECKING:
    from faker import Faker

COUNTS = {"users": 10}
PASSWORD = "password"  # noqa: S105
# All users register before this date, so that everything else can happen after it.
REGISTERED = LAST_DAY - timedelta(days=90)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--admin-email", help="the email of an admin to create")
    parser.add_argument("--admin-password", help="the password of that admin")


def store(fake: Faker, options: Mapping[str, Any], ids: dict[str, array[int]]) -> None:
    admins = make_admins(options)
    password = make_password(PASSWORD)
    ids["users"] = array("q")
    for numbers in batches("users", options["users"]):
        made = [(make_user(fake, number, password), make_address(fake)) for number in numbers]
        stored = insert(User, [user for user, _ in made])
        for user_id, (_, address) in zip(stored, made, strict=True):
            address["user_id"] = user_id
        insert(Address, [address for _, address in made])
        ids["users"].extend(stored)
    User.objects.bulk_create(admins)


def make_user(fake: Faker, number: int, password: str) -> dict[str, Any]:
    return {
        "name": fake.name(),
        "email": f"{fake.user_name().lower()}.{number + 1}@example.com",
        "password": password,
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


def make_admins(options: Mapping[str, Any]) -> list[User]:
    """Return the admin that the options describe, or an empty list.

    Raises:
        CommandError: an option is missing or invalid.
    """
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
