"""Databases beside the one that Django works on in the tests."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import dj_database_url
from django.db import connections
from django.db.utils import ConnectionHandler


@contextmanager
def using(url: str) -> Iterator[None]:
    """Let Django work on the database with this URL, in this thread."""
    usual = connections["default"]
    with closing(ConnectionHandler({"default": dj_database_url.parse(url)})["default"]) as other:
        # Else pytest-django would refuse: whoever is here has not asked for Django's test database.
        setattr(other, "ensure_connection", lambda: None)  # noqa: B010
        other.connect()
        connections["default"] = other
        try:
            yield
        finally:
            connections["default"] = usual
