"""Fixtures of the neighbours, rows that a request must not change."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import factories
from tests.neighbours import Neighbours, Rows, make_neighbours

# Tests with these fixtures have no neighbours: the tests of every `operation` make requests that
# are refused before they reach a row, and `before_write` must run before the request's own write.
ALONE = {"operation", "before_write"}


@pytest.fixture(scope="session")
def neighbouring_rows(engine: Any, outside: Engine) -> list[Rows]:
    """The templates of all neighbours, made once for the run; `engine` creates the tables first."""
    with Session(outside) as session, factories.use(session):
        return make_neighbours(session)


@pytest.fixture
def neighbours(request: pytest.FixtureRequest, neighbouring_rows: list[Rows]) -> Neighbours:
    """The neighbours of a test, none if it uses a fixture in `ALONE`."""
    alone = not ALONE.isdisjoint(request.fixturenames)
    return Neighbours([] if alone else neighbouring_rows)
