"""The rows among which requests are served."""

import pytest
from pytest_django import DjangoDbBlocker

from tests.neighbours import Neighbours, Rows, make_neighbours


@pytest.fixture(scope="session")
def neighbouring_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Rows]:
    """The rows of all neighbours, made once for the run."""
    with django_db_blocker.unblock():
        return make_neighbours()


@pytest.fixture
def neighbours(request: pytest.FixtureRequest, neighbouring_rows: list[Rows]) -> Neighbours:
    """The neighbours of the rows of a test; where it is run for each operation, there are none.

    Most of the requests of such a test are refused before they reach a row.
    """
    return Neighbours([] if "operation" in request.fixturenames else neighbouring_rows)
