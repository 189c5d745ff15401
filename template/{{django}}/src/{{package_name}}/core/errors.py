"""Handlers that return every error as `{"detail": ...}`."""

import logging
from collections.abc import Callable, Mapping
from json import JSONDecodeError
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError, ValidationErrorContext
from pydantic import BaseModel

from .exceptions import (
    UNREADABLE,
    ApiError,
    DatabaseUnavailableError,
    NotAuthenticatedError,
    to_items,
)
from .schemas import Invalid, Message

logger = logging.getLogger("django.request")


def errors(*statuses: int) -> dict[int, type[BaseModel]]:
    """Return the errors of an endpoint, for the OpenAPI document."""
    return {status: Invalid if status == 422 else Message for status in statuses}


def answer(status: int, detail: object, headers: Mapping[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status, headers=headers)


def on_api_error(request: HttpRequest, error: ApiError) -> HttpResponse:
    return answer(error.status, error.detail, error.headers)


def on_not_authenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return on_api_error(request, NotAuthenticatedError())


def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code != 400:
        return answer(error.status_code, error.message)
    # Ninja's status for a body that it cannot read.
    if isinstance(error.__cause__, JSONDecodeError):
        place = ["body", error.__cause__.pos]
        item = {"loc": place, "msg": "JSON decode error", "type": "json_invalid"}
        return answer(422, [item])
    return answer(422, [UNREADABLE])


def on_invalid_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(422, error.errors)


def on_database_unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    return on_api_error(request, DatabaseUnavailableError())


def on_unexpected_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """Let Django handle it, except in development, where Ninja would return the traceback."""
    if not settings.DEBUG:
        raise error
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return server_error(request)


def add_error_handlers(api: NinjaAPI) -> None:
    api.exception_handler(ApiError)(on_api_error)
    api.exception_handler(AuthenticationError)(on_not_authenticated)
    api.exception_handler(HttpError)(on_http_error)
    api.exception_handler(ValidationError)(on_invalid_input)
    for unavailable in (OperationalError, InterfaceError):
        api.exception_handler(unavailable)(on_database_unavailable)
    api.exception_handler(Exception)(on_unexpected_error)


def find_items(contexts: list[ValidationErrorContext[Any]]) -> list[dict[str, Any]]:
    """Return the errors in the input, without the names of the view's parameters."""
    return to_items(
        {**error, "loc": [context.model.__ninja_param_source__, *error["loc"][1:]]}
        for context in contexts
        for error in context.pydantic_validation_error.errors()
    )


def method_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that returns 405 in the same form as every other error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405:
            return answer(405, "Method Not Allowed", {"Allow": response["Allow"]})
        return response

    return middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(400, "Bad Request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(403, "Forbidden")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(404, "Not Found")


def server_error(request: HttpRequest) -> HttpResponse:
    return on_api_error(request, ApiError())
