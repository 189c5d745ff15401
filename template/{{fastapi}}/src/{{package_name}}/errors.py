"""Every error is answered as `{"detail": ...}`."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.routing import Match

from .external import ExternalServiceError
from .schemas import Invalid, Message

DESCRIPTIONS = {
    401: "Not authenticated",
    402: "Payment declined",
    403: "Not enough permissions",
    404: "Not found",
    409: "Conflict with what is stored",
    422: "Input that is not valid",
    503: "A service that is needed does not answer",
}
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of an endpoint, for the OpenAPI document."""
    return {
        status: {
            "model": Invalid if status == 422 else Message,
            "description": DESCRIPTIONS[status],
        }
        for status in statuses
    }


def answer(status: int, detail: object, headers: Any = None) -> JSONResponse:
    return JSONResponse({"detail": detail}, status, headers)


async def on_http_error(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 400:  # FastAPI's answer to a body that it cannot read
        item = {"loc": ["body"], "msg": "The body cannot be read", "type": "body_invalid"}
        return answer(422, [item])
    if error.status_code == 405:  # Starlette names the methods of one route, not of the path
        headers["Allow"] = ", ".join(
            method
            for method in METHODS
            for route in request.app.routes
            if route.matches({**request.scope, "method": method})[0] is Match.FULL
        )
    return answer(error.status_code, error.detail, headers)


async def on_invalid_input(_: Request, error: RequestValidationError) -> Response:
    items = [{key: item[key] for key in ("loc", "msg", "type")} for item in error.errors()]
    return answer(422, items)


async def on_database_unavailable(_: Request, __: Exception) -> Response:
    return answer(503, "Database unavailable")


async def on_external_service_error(_: Request, __: Exception) -> Response:
    return answer(503, "Service temporarily unavailable")


async def on_unexpected_error(_: Request, __: Exception) -> Response:
    return answer(500, "Internal Server Error")


def add_error_handlers(app: FastAPI) -> None:
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(RequestValidationError)(on_invalid_input)
    for unavailable in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        app.exception_handler(unavailable)(on_database_unavailable)
    app.exception_handler(ExternalServiceError)(on_external_service_error)
    app.exception_handler(Exception)(on_unexpected_error)
