"""The test database: one of its own for each worker of a run."""

from collections.abc import Iterator

import pytest

from tests.plugins.databases import created, extend


@pytest.fixture(scope="session")
def database_url(test_url: str) -> Iterator[str]:
    """The URL of the database that `db` rolls back."""
    with created(extend(test_url)) as url:
        yield url
