"""Guards: no test may reach another database or another host."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.environment import GIVEN

LOOPBACK = {"localhost", "127.0.0.1", "::1", None, ""}


def is_test_database(url: str) -> bool:
    """Whether the name has the word `test` in it: `test`, `shop_test` or `test.db`, not `latest`.

    False for an ambiguous URL: one that names a part twice, a service or several hosts.
    """
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        named = {
            "dbname": parts.path.strip("/"),
            "host": parts.hostname,
            "password": parts.password,
            "port": parts.port,
            "user": parts.username,
        }
    except ValueError:
        return False
    unclear = {"hostaddr", "service", "servicefile", *filter(named.get, named)}
    hosts = "".join([parts.netloc, *options.get("host", [])])
    if unclear & options.keys() or "," in hosts:
        return False
    name = Path(unquote(parts.path)).name.lower()
    if name in ("", ":memory:"):
        return parts.scheme.startswith("sqlite")
    return bool(parts.scheme) and re.search(r"(^|[^a-z])tests?([^a-z]|$)", name) is not None


def pytest_configure() -> None:
    """Refuse to run if an env variable names a database that is not a test database."""
    for variable, url in GIVEN.items():
        if url and not is_test_database(url):
            raise pytest.UsageError(
                f"{variable} does not name a test database: expected one host, and a name with the "
                "word 'test' in it, as in postgresql://user@host/test; unset it, or correct it"
            )


@pytest.fixture(scope="session", autouse=True)
def no_lookups() -> Iterator[None]:
    """Block DNS lookups of other hosts: pytest-socket blocks only connections to them."""
    getaddrinfo = socket.getaddrinfo
    known = LOOPBACK | {urlsplit(GIVEN.get("TEST_DATABASE_URL", "")).hostname}

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            raise RuntimeError(f"A test looked up {host!r}: mock what it calls")
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded)
        yield
