"""No test may leave rows behind."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.models import MODELS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set up `no_rows_left` first, so that it is torn down last, after all other fixtures."""
    for item in items:
        if isinstance(item, pytest.Function):
            item.fixturenames.sort(key=lambda name: name != "no_rows_left")


@pytest.fixture(autouse=True)
def no_rows_left(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Fail a test that leaves rows behind, and remove them, so that no other test fails."""
    yield
    # A run that is stopped early may have no database.
    if "django_db_setup" not in request.fixturenames or request.session.exitstatus:
        return
    with django_db_blocker.unblock():
        left = [model for model in MODELS if model._default_manager.exists()]
        for model in left:
            model._default_manager.all().delete()
    if left:
        names = ", ".join(model._meta.db_table for model in left)
        pytest.fail(f"{request.node.nodeid} left rows in {names}")
