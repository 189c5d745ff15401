"""The fixtures of these tests."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from tests.plugins.session import create_tables


@pytest.fixture
def engine_to_seed(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine of the database that the seed command fills, which has tables but no rows."""
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    create_tables(empty_database_url)
    engine = create_engine(empty_database_url)
    yield engine
    engine.dispose()
