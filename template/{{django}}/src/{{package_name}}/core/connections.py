"""Releases the database connection of a thread that waits, so that others can use it."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse


def release_connection() -> None:
    """Return the connection to the pool, if there is one; the next query takes another.

    Call it before waiting for anything but the database. In a transaction it does nothing.
    """
    pooled = connection.settings_dict["OPTIONS"].get("pool")
    if pooled and not connection.in_atomic_block:
        connection.close()


def release_before_sending(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that releases the connection before the client reads the response."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        release_connection()
        return response

    return middleware
