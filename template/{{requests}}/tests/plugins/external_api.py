"""The external service, mocked."""

from collections.abc import Iterator

import pytest
import responses


@pytest.fixture
def external_api() -> Iterator[responses.RequestsMock]:
    """The external service, mocked: a request for which no response is set raises an error."""
    with responses.RequestsMock() as mock:
        yield mock
