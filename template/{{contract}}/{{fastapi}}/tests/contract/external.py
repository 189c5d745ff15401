"""The external service, for the applications whose client is httpx2."""

from collections.abc import Iterator
from contextlib import contextmanager

import respx


@contextmanager
def answering() -> Iterator[None]:
    """Let the external service answer as agreed."""
    with respx.mock(using="httpcore2", assert_all_called=False) as router:
        router.get(path__startswith="/data/").respond(json={"status": "success", "data": {}})
        router.post(path="/payments").respond(201, json={"status": "completed"})
        yield
