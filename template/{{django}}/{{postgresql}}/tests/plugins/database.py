"""The database that Django works on in the tests."""

from collections.abc import Callable, Iterator

import dj_database_url
import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings(make_database: Callable[[str], str]) -> Iterator[None]:
    """It is made on the server of the run; each worker has one of its own."""
    database = connections.settings["default"]
    database |= dj_database_url.parse(make_database(""), conn_health_checks=True)
    database["TEST"] = {**database["TEST"], "NAME": database["NAME"]}
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Django makes the tables alone, as the database is there already."""
    return True
