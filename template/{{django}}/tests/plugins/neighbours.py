"""Fixtures of the neighbours, rows that a request must not change."""

import pytest
from pytest_django import DjangoDbBlocker

from tests.neighbours import Neighbours, Rows, make_neighbours

# Tests with these fixtures have no neighbours: the tests of every `operation` make requests that
# are refused before they reach a row, and `before_write` must run before the request's own write.
ALONE = {"operation", "before_write"}


@pytest.fixture(scope="session")
def neighbouring_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Rows]:
    """The templates of all neighbours, made once for the run."""
    with django_db_blocker.unblock():
        return make_neighbours()


@pytest.fixture
def neighbours(request: pytest.FixtureRequest, neighbouring_rows: list[Rows]) -> Neighbours:
    """The neighbours of a test, none if it uses a fixture in `ALONE`."""
    alone = not ALONE.isdisjoint(request.fixturenames)
    return Neighbours([] if alone else neighbouring_rows)
