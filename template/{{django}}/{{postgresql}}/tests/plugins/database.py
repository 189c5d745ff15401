"""Django's test database."""

from collections.abc import Callable, Iterator

import dj_database_url
import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings(make_database: Callable[[str], str]) -> Iterator[None]:
    """Create Django's test database on the server of the run; each xdist worker has its own."""
    database = connections.settings["default"]
    database |= dj_database_url.parse(make_database(""), conn_health_checks=True)
    database["TEST"] = {**database["TEST"], "NAME": database["NAME"]}
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Make Django create only the tables: the database exists already."""
    return True
