"""The rows among which requests are served."""

import pytest
from pytest_django import DjangoDbBlocker

from tests.neighbours import Neighbours, Rows, make_neighbours

# A test of each operation makes requests that are refused before they reach a row; where another
# call writes in between, it has to meet the request's own write.
ALONE = {"operation", "before_write"}


@pytest.fixture(scope="session")
def neighbouring_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Rows]:
    """The rows of all neighbours, made once for the run."""
    with django_db_blocker.unblock():
        return make_neighbours()


@pytest.fixture
def neighbours(request: pytest.FixtureRequest, neighbouring_rows: list[Rows]) -> Neighbours:
    """The neighbours of the rows of a test, unless it asks for one of `ALONE`."""
    alone = not ALONE.isdisjoint(request.fixturenames)
    return Neighbours([] if alone else neighbouring_rows)
