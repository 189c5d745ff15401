"""Test databases: each is a separate file."""

from collections.abc import Callable
from urllib.parse import quote

import pytest


@pytest.fixture(scope="session")
def make_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Creates a database without tables for a purpose, and returns its URL."""

    def make(purpose: str) -> str:
        folder = tmp_path_factory.mktemp(purpose or "database")
        return f"sqlite:///{quote(str(folder / 'test.db'))}"

    return make
