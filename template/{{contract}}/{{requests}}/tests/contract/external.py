"""The external service, for the applications whose client is requests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from responses import RequestsMock

from tests import EXTERNAL_API_URL as URL


@contextmanager
def answering() -> Iterator[None]:
    """Let the external service answer as agreed."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(re.compile(f"{URL}/data/"), json={"status": "success", "data": {}})
        mock.post(f"{URL}/payments", status=201, json={"status": "completed"})
        yield
