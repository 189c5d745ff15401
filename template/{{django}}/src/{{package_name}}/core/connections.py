"""The thread's connection to the database, which others need while this thread waits."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse


def release_connection() -> None:
    """Give the connection back to the pool, where there is one, until the next query takes another.

    Call it before waiting for someone else. Within a transaction it does nothing.
    """
    pooled = connection.settings_dict["OPTIONS"].get("pool")
    if pooled and not connection.in_atomic_block:
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
