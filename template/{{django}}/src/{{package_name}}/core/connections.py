"""The connection to the database that a thread has, and that others may need meanwhile."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse


def release_connection() -> None:
    """Close the connection, or give it back to the pool, until the next query opens one.

    Call it before waiting for someone else. Within a transaction it does nothing.
    """
    if not connection.in_atomic_block:
        connection.close()


def release_before_sending(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: keeps no connection while the client reads the response, slowly perhaps."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        release_connection()
        return response

    return middleware
