"""The rows among which requests are served."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import factories
from tests.neighbours import Neighbours, Rows, make_neighbours


@pytest.fixture(scope="session")
def neighbouring_rows(engine: Any, outside: Engine) -> list[Rows]:
    """The rows of all neighbours, made once for the run; the engine has made the tables."""
    with Session(outside) as session, factories.use(session):
        return make_neighbours(session)


@pytest.fixture
def neighbours(request: pytest.FixtureRequest, neighbouring_rows: list[Rows]) -> Neighbours:
    """The neighbours of the rows of a test; where it is run for each operation, there are none.

    Most of the requests of such a test are refused before they reach a row.
    """
    return Neighbours([] if "operation" in request.fixturenames else neighbouring_rows)
