"""Databases other than Django's test database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import dj_database_url
from django.db import connections
from django.db.utils import ConnectionHandler


@contextmanager
def using(url: str) -> Iterator[None]:
    """Make Django use the database with this URL, in this thread."""
    usual = connections["default"]
    with closing(ConnectionHandler({"default": dj_database_url.parse(url)})["default"]) as other:
        # pytest-django blocks this method in tests that do not use Django's test database.
        setattr(other, "ensure_connection", lambda: None)  # noqa: B010
        other.connect()
        connections["default"] = other
        try:
            yield
        finally:
            connections["default"] = usual
