"""What no test may do: reach another database or another host."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

LOOPBACK = {"localhost", "127.0.0.1", "::1", None, ""}


def is_test_database(url: str) -> bool:
    """Whether the database calls itself a test: `test`, `shop_test` or `test.db`, not `latest`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    name = Path(parts.path).name.lower()
    if name in ("", ":memory:"):
        return parts.scheme == "sqlite"
    return bool(parts.scheme) and re.search(r"(^|[^a-z])tests?([^a-z]|$)", name) is not None


def pytest_configure() -> None:
    """Refuse to run beside a database with data that matters."""
    for variable in ("DATABASE_URL", "TEST_DATABASE_URL"):
        url = os.environ.get(variable)
        if url and not is_test_database(url):
            raise pytest.UsageError(
                f"{variable} does not name a test database: expected a URL of one with the word "
                "'test' in its name; unset it, or name a database made for tests"
            )


@pytest.fixture(scope="session", autouse=True)
def no_lookups() -> Iterator[None]:
    """Refuse to look up other hosts; pytest-socket, which refuses to connect, lets that pass."""
    getaddrinfo = socket.getaddrinfo
    known = LOOPBACK | {urlsplit(os.environ.get("TEST_DATABASE_URL", "")).hostname}

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            raise RuntimeError(f"A test looked up {host!r}: mock what it calls")
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded)
        yield
