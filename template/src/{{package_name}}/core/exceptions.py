"""Errors that are returned to the caller, with their status, as `{"detail": ...}`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

# What each status means, for the OpenAPI document.
DESCRIPTIONS = {
    401: "Not authenticated",
    402: "Payment declined",
    403: "Not enough permissions",
    404: "Not found",
    409: "Conflict with stored data",
    422: "Invalid input",
    503: "A required service is unavailable",
}
UNREADABLE = {"loc": ["body"], "msg": "The body cannot be read", "type": "body_invalid"}


def to_items(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return where and why the input is not valid, without the input, which is never echoed."""
    return [{key: error[key] for key in ("loc", "msg", "type")} for error in errors]


class ApiError(Exception):
    """Base class of the errors that are returned to the caller."""

    status = 500
    detail = "Internal Server Error"
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, detail: str | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(self.detail)


class NotAuthenticatedError(ApiError):
    status = 401
    detail = DESCRIPTIONS[401]
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class ForbiddenError(ApiError):
    status = 403
    detail = DESCRIPTIONS[403]


class NotFoundError(ApiError):
    status = 404
    detail = DESCRIPTIONS[404]


class ConflictError(ApiError):
    status = 409
    detail = DESCRIPTIONS[409]


class InvalidError(ApiError):
    status = 422
    detail = DESCRIPTIONS[422]


class DatabaseUnavailableError(ApiError):
    status = 503
    detail = "Database unavailable"


class ExternalServiceError(ApiError):
    """The external service did not answer, or not as agreed; the reason is only logged."""

    status = 503
    detail = "Service temporarily unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.args = (reason,)


class TemporaryError(ExternalServiceError):
    """A failure that a retry may resolve."""
