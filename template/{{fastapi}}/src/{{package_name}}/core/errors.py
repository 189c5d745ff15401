"""Handlers that return every error as `{"detail": ...}`."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from .exceptions import DESCRIPTIONS, UNREADABLE, ApiError, DatabaseUnavailableError, to_items
from .schemas import Invalid, Message
from .services import UNAVAILABLE

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the errors of an endpoint, for the OpenAPI document."""
    return {
        status: {
            "model": Invalid if status == 422 else Message,
            "description": DESCRIPTIONS[status],
        }
        for status in statuses
    }


def answer(status: int, detail: object, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"detail": detail}, status, headers)


async def on_http_error(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 400:  # FastAPI's status for a body that it cannot read
        return answer(422, [UNREADABLE])
    if error.status_code == 405:  # Starlette lists the methods of one route, not of the path
        routes = [route for route in request.app.routes if not isinstance(route, Mount)]
        methods = [
            method
            for method in METHODS
            for route in routes
            if route.matches({**request.scope, "method": method})[0] is Match.FULL
        ]
        headers["Allow"] = ", ".join(methods or ["GET"])  # a static file, which has no route
    return answer(error.status_code, error.detail, headers)


async def on_invalid_input(_: Request, error: RequestValidationError) -> Response:
    return answer(422, to_items(error.errors()))


async def on_api_error(_: Request, error: ApiError) -> Response:
    return answer(error.status, error.detail, error.headers)


async def on_database_unavailable(request: Request, _: Exception) -> Response:
    return await on_api_error(request, DatabaseUnavailableError())


async def on_unexpected_error(request: Request, _: Exception) -> Response:
    return await on_api_error(request, ApiError())


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid_input)
    app.exception_handler(ApiError)(on_api_error)
    for unavailable in UNAVAILABLE:
        app.exception_handler(unavailable)(on_database_unavailable)
    app.exception_handler(Exception)(on_unexpected_error)
