"""The migrations."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from tests.database import using
from tests.factories.accounts import UserFactory
from tests.models import APPS


@pytest.fixture
def empty_database(make_database: Callable[[str], str], settings: Settings) -> Iterator[None]:
    """Makes Django use a database without tables, with migrations even under `--no-migrations`."""
    settings.MIGRATION_MODULES = {}
    with using(make_database("empty")):
        yield


def test_the_migrations_match_the_models(empty_database: None) -> None:
    call_command("migrate", verbosity=0)

    call_command("makemigrations", "--check", "--dry-run")


def test_every_migration_can_be_reversed(empty_database: None) -> None:
    call_command("migrate", verbosity=0)
    made = connection.introspection.table_names()

    # The tables of Django's admin app refer to users, and must be dropped before them.
    for app in ("admin", *reversed(APPS)):
        call_command("migrate", app, "zero", verbosity=0)
    left = connection.introspection.table_names()
    call_command("migrate", verbosity=0)

    assert not [table for table in left if table.startswith(tuple(APPS))]
    assert connection.introspection.table_names() == made


def test_an_id_is_never_reused(db: None) -> None:
    first = UserFactory()
    first_id = first.id
    first.delete()

    assert UserFactory().id > first_id
