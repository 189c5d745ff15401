"""The rows among which requests are served."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import factories
from tests.neighbours import Neighbours, Rows, make_neighbours

# A test of each operation makes requests that are refused before they reach a row; where another
# call writes in between, it has to meet the request's own write.
ALONE = {"operation", "before_write"}


@pytest.fixture(scope="session")
def neighbouring_rows(engine: Any, outside: Engine) -> list[Rows]:
    """The rows of all neighbours, made once for the run; the engine has made the tables."""
    with Session(outside) as session, factories.use(session):
        return make_neighbours(session)


@pytest.fixture
def neighbours(request: pytest.FixtureRequest, neighbouring_rows: list[Rows]) -> Neighbours:
    """The neighbours of the rows of a test, unless it asks for one of `ALONE`."""
    alone = not ALONE.isdisjoint(request.fixturenames)
    return Neighbours([] if alone else neighbouring_rows)
