"""The external service, mocked."""

from collections.abc import Iterator

import pytest
import respx

URL = "http://external.test"


@pytest.fixture
def external_api() -> Iterator[respx.Router]:
    """The external service, mocked: a request without an answer here is an error."""
    with respx.mock(base_url=URL, using="httpcore2") as router:
        yield router
