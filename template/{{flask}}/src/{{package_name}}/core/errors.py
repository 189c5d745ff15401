"""Handlers that return every error as `{"detail": ...}`."""

from typing import Any

from apiflask import APIFlask, HTTPError

from .exceptions import ApiError, DatabaseUnavailableError
from .services import UNAVAILABLE

Answer = tuple[dict[str, Any], int, dict[str, Any]]


def on_http_error(error: HTTPError) -> Answer:
    return {"detail": error.detail or error.message}, error.status_code, dict(error.headers)


def on_api_error(error: ApiError) -> Answer:
    return {"detail": error.detail}, error.status, dict(error.headers)


def on_database_unavailable(_: Exception) -> Answer:
    return on_api_error(DatabaseUnavailableError())


def add_error_handlers(app: APIFlask) -> None:
    app.error_processor(on_http_error)
    app.register_error_handler(ApiError, on_api_error)
    for unavailable in UNAVAILABLE:
        app.register_error_handler(unavailable, on_database_unavailable)
