"""The guard of the factories."""

import pytest

from tests.factories.accounts import UserFactory


def test_creating_without_a_database_is_refused() -> None:
    with pytest.raises(RuntimeError, match="only with the `db` fixture"):
        UserFactory()
