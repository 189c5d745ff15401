"""Test databases: each a file of its own."""

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def make_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes a database without tables, for the purpose that is named, and tells its URL."""
    return lambda purpose: f"sqlite:///{tmp_path_factory.mktemp(purpose) / 'test.db'}"
