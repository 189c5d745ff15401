"""The client of the external service; each subject has the calls that it makes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Self

from pydantic import BaseModel, ValidationError
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from .exceptions import ExternalServiceError, TemporaryError
from .http_client import HttpClient, Response, send

logger = logging.getLogger(__name__)

# The calls that a process makes at once; one more is refused. A server has more threads than that,
# so that a slow service leaves some for other requests.
MAX_CALLS = 200


class Reply(BaseModel):
    @classmethod
    def read(cls, response: Response, status: int) -> Self:
        """Return the validated body of a response.

        Raises:
            ExternalServiceError: the response has another status, or another body than agreed.
        """
        if response.status_code != status:
            raise ExternalServiceError(f"status {response.status_code}")
        try:
            return cls.model_validate_json(response.content)
        except ValidationError as error:
            raise ExternalServiceError("a body of another shape") from error


@contextmanager
def logged(call: str) -> Iterator[None]:
    """Log why a call failed: the API's response does not say."""
    try:
        yield
    except ExternalServiceError as error:
        logger.warning("External service, %s: %s", call, error)
        raise


class ExternalService:
    """Calls the external service; retries temporary failures twice, with growing pauses."""

    _free_calls = BoundedSemaphore(MAX_CALLS)

    def __init__(self, http: HttpClient, retry_wait: float) -> None:
        self._http = http
        self._retrying = AsyncRetrying(
            stop=stop_after_attempt(3),
            wait=wait_exponential(multiplier=retry_wait),
            retry=retry_if_exception_type(TemporaryError),
            reraise=True,
        )

    async def ask(self, method: str, path: str, **options: Any) -> Response:
        """Send a request, and return the response.

        Raises:
            ExternalServiceError: there is no response, or MAX_CALLS calls are under way.
        """
        if not self._free_calls.acquire(blocking=False):
            raise ExternalServiceError(f"{MAX_CALLS} calls are under way")
        try:
            response: Response = await self._retrying(self._send, method, path, **options)
        finally:
            self._free_calls.release()
        return response

    async def _send(self, method: str, path: str, **options: Any) -> Response:
        response = await send(self._http, method, path, **options)
        if response.status_code >= 500:
            raise TemporaryError(f"status {response.status_code}")
        return response
