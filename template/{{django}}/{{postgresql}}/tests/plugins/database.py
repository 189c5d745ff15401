"""The database that Django makes for the tests."""

import dj_database_url
import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings(test_url: str, request: pytest.FixtureRequest) -> None:
    """It is made on the server of the run; each worker has one of its own."""
    database = connections.settings["default"]
    database |= dj_database_url.parse(test_url, conn_health_checks=True)
    database["TEST"] = {**database["TEST"], "NAME": database["NAME"]}
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
