"""Every error is answered as `{"detail": ...}`."""

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError, ValidationErrorContext
from pydantic import BaseModel

from ..external import ExternalServiceError
from ..schemas import Invalid, Message


def errors(*statuses: int) -> dict[int, type[BaseModel]]:
    """The errors of an endpoint, for the OpenAPI document."""
    return {status: Invalid if status == 422 else Message for status in statuses}


def answer(status: int, detail: object) -> JsonResponse:
    response = JsonResponse({"detail": detail}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def on_not_authenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(401, "Not authenticated")


def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:  # Ninja's answer to a body that it cannot read
        item = {"loc": ["body"], "msg": "The body cannot be read", "type": "body_invalid"}
        return answer(422, [item])
    return answer(error.status_code, error.message)


def on_invalid_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(422, error.errors)


def on_database_unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(503, "Database unavailable")


def on_external_service_error(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(503, "Service temporarily unavailable")


def to_items(contexts: list[ValidationErrorContext[Any]]) -> list[dict[str, Any]]:
    """What is wrong with the input, and where, without the input itself."""
    return [
        {
            # Where it is, but for the name of the view's parameter, which is nobody's business.
            "loc": [context.model.__ninja_param_source__, *error["loc"][1:]],
            "msg": error["msg"],
            "type": error["type"],
        }
        for context in contexts
        for error in context.pydantic_validation_error.errors()
    ]


def add_error_handlers(api: NinjaAPI) -> None:
    api.exception_handler(AuthenticationError)(on_not_authenticated)
    api.exception_handler(HttpError)(on_http_error)
    api.exception_handler(ValidationError)(on_invalid_input)
    for unavailable in (OperationalError, InterfaceError):
        api.exception_handler(unavailable)(on_database_unavailable)
    api.exception_handler(ExternalServiceError)(on_external_service_error)


def method_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a method that a path does not know is answered as every error is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405:
            return response
        allowed = answer(405, "Method Not Allowed")
        allowed["Allow"] = response["Allow"]
        return allowed

    return middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(400, "Bad Request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(403, "Forbidden")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(404, "Not Found")


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(500, "Internal Server Error")
