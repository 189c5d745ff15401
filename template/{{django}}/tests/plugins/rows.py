"""No test may leave rows behind."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.models import MODELS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a test sets up first ends last: the look at what it left behind."""
    for item in items:
        if isinstance(item, pytest.Function):
            item.fixturenames.sort(key=lambda name: name != "no_rows_left")


@pytest.fixture(autouse=True)
def no_rows_left(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Name the test that left rows behind, and remove them, so that no other test fails for it."""
    yield
    # A run that is ended may be so for want of a database.
    if "django_db_setup" not in request.fixturenames or request.session.exitstatus:
        return
    with django_db_blocker.unblock():
        left = [model for model in MODELS if model._default_manager.exists()]
        for model in left:
            model._default_manager.all().delete()
    if left:
        names = ", ".join(model._meta.db_table for model in left)
        pytest.fail(f"{request.node.nodeid} left rows in {names}")
