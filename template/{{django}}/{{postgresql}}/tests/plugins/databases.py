"""Databases of servers that tests start, beside the test database."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from pytest_postgresql.janitor import DatabaseJanitor


@contextmanager
def created(url: str) -> Iterator[str]:
    """A new, empty database under this URL, dropped at the end."""
    parts = urlsplit(url)
    janitor = DatabaseJanitor(
        user=parts.username or "postgres",
        password=parts.password,
        host=parts.hostname or "localhost",
        port=parts.port or 5432,
        dbname=parts.path.removeprefix("/"),
        connection_timeout=5,
    )
    janitor.drop()
    with janitor:
        yield url


@pytest.fixture(scope="session")
def make_database(test_url: str) -> Iterator[Callable[[str], str]]:
    """Makes a database without tables, for the purpose that is named, and tells its URL."""
    parts = urlsplit(test_url)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with ExitStack() as databases:

        def make(purpose: str) -> str:
            name = "_".join(filter(None, [parts.path, worker, purpose]))
            return databases.enter_context(created(parts._replace(path=name).geturl()))

        yield make
