"""Why a request is not fulfilled: each error is answered with its status, as `{"detail": ...}`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

# What each status means, for the OpenAPI document.
DESCRIPTIONS = {
    401: "Not authenticated",
    402: "Payment declined",
    403: "Not enough permissions",
    404: "Not found",
    409: "Conflict with what is stored",
    422: "Input that is not valid",
    503: "A service that is needed does not answer",
}
UNREADABLE = {"loc": ["body"], "msg": "The body cannot be read", "type": "body_invalid"}


def to_items(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where and why input is not valid, without the input itself, which is never repeated."""
    return [{key: error[key] for key in ("loc", "msg", "type")} for error in errors]


class ApiError(Exception):
    """What a caller is told instead of what was asked for."""

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
    """The external service did not answer, or not as agreed; the reason is for the log alone."""

    status = 503
    detail = "Service temporarily unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.args = (reason,)


class TemporaryError(ExternalServiceError):
    """It may answer when asked again."""
