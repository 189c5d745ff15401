"""The database that `db` rolls back."""

from collections.abc import Iterator

import pytest

from tests.plugins.databases import created, extend


@pytest.fixture(scope="session")
def database_url(test_url: str) -> Iterator[str]:
    """Its URL; each worker has a database of its own."""
    with created(extend(test_url)) as url:
        yield url
