"""The external service, mocked."""

from collections.abc import Iterator

import pytest
import respx

from tests import EXTERNAL_API_URL


@pytest.fixture
def external_api() -> Iterator[respx.Router]:
    """The external service, mocked: a request for which no response is set raises an error."""
    with respx.mock(base_url=EXTERNAL_API_URL, using="httpcore2") as router:
        yield router
