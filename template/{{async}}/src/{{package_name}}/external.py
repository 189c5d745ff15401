"""The external service: the data of a resource, and payments."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import BoundedSemaphore
from typing import Any, Literal, Self

from pydantic import BaseModel, ValidationError
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from .exceptions import ExternalServiceError, TemporaryError
from .http_client import HttpClient, Response, send
from .schemas import Metadata

logger = logging.getLogger(__name__)

# Calls that a process makes at once; one more is refused. A server with threads has more than these,
# so that a slow service leaves some to other requests.
MAX_CALLS = 200


class Reply(BaseModel):
    @classmethod
    def read(cls, response: Response, status: int) -> Self:
        """The body of an answer that is as agreed."""
        if response.status_code != status:
            raise ExternalServiceError(f"status {response.status_code}")
        try:
            return cls.model_validate_json(response.content)
        except ValidationError as error:
            raise ExternalServiceError("a body of another shape") from error


class DataReply(Reply):
    status: Literal["success"]
    data: Metadata


class PaymentReply(Reply):
    status: Literal["completed"]


@contextmanager
def logged(call: str) -> Iterator[None]:
    """Log why a call failed: whoever calls the API is not told."""
    try:
        yield
    except ExternalServiceError as error:
        logger.warning("External service, %s: %s", call, error)
        raise


class ExternalService:
    """Asks up to three times, with growing pauses, where asking again may help.

    Every method raises ExternalServiceError when there is no usable answer, or when MAX_CALLS are
    under way.
    """

    _free_calls = BoundedSemaphore(MAX_CALLS)

    def __init__(self, http: HttpClient, retry_wait: float) -> None:
        self._http = http
        self._retrying = AsyncRetrying(
            stop=stop_after_attempt(3),
            wait=wait_exponential(multiplier=retry_wait),
            retry=retry_if_exception_type(TemporaryError),
            reraise=True,
        )

    async def fetch_data(self, resource_id: int) -> dict[str, Any]:
        """The external data of a resource."""
        with logged("data"):
            response = await self._ask("GET", f"/data/{resource_id}")
            return DataReply.read(response, 200).data

    async def pay(self, order_id: int, amount: Decimal, key: str) -> bool:
        """Whether the payment was taken; repeated with the same key, it is taken once."""
        with logged("payment"):
            response = await self._ask(
                "POST",
                "/payments",
                json={"order_id": order_id, "amount": float(amount)},
                headers={"Idempotency-Key": key},
            )
            if response.status_code == 402:
                return False
            PaymentReply.read(response, 201)
            return True

    async def _ask(self, method: str, path: str, **options: Any) -> Response:
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
