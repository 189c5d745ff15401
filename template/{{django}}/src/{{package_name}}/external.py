"""The client of the external service: the data of a resource, and payments."""

from decimal import Decimal
from typing import Any, Literal

import requests
from pydantic import BaseModel, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from .config import Settings, get_settings
from .schemas import Metadata


class ExternalServiceError(Exception):
    """The external service did not answer, or not as agreed."""


class TemporaryError(ExternalServiceError):
    """It may answer when asked again."""


class DataReply(BaseModel):
    status: Literal["success"]
    data: Metadata


class PaymentReply(BaseModel):
    status: Literal["completed"]


class ExternalService:
    """Asks up to three times, with growing pauses, where asking again may help.

    Every method raises ExternalServiceError when there is no usable answer.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._retrying = Retrying(
            stop=stop_after_attempt(3),
            wait=wait_exponential(multiplier=settings.external_api_retry_wait),
            retry=retry_if_exception_type(TemporaryError),
            reraise=True,
        )

    def fetch_data(self, resource_id: int) -> dict[str, Any]:
        """The external data of a resource."""
        response: requests.Response = self._retrying(self._send, "GET", f"/data/{resource_id}")
        if response.status_code != 200:
            raise ExternalServiceError(f"GET /data answered {response.status_code}")
        try:
            return DataReply.model_validate_json(response.content).data
        except ValidationError as error:
            raise ExternalServiceError("GET /data answered in another shape") from error

    def pay(self, order_id: int, amount: Decimal, key: str) -> bool:
        """Whether the payment was taken; repeated with the same key, it is taken once."""
        response: requests.Response = self._retrying(
            self._send,
            "POST",
            "/payments",
            json={"order_id": order_id, "amount": float(amount)},
            headers={"Idempotency-Key": key},
        )
        if response.status_code == 402:
            return False
        if response.status_code != 201:
            raise ExternalServiceError(f"POST /payments answered {response.status_code}")
        try:
            PaymentReply.model_validate_json(response.content)
        except ValidationError as error:
            raise ExternalServiceError("POST /payments answered in another shape") from error
        return True

    def _send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        key = self._settings.external_api_key
        authorization = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            response = requests.request(
                method,
                self._settings.external_api_url + path,
                headers={**authorization, **(headers or {})},
                timeout=self._settings.external_api_timeout,
                allow_redirects=False,
                **options,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise TemporaryError(repr(error)) from error
        except requests.RequestException as error:
            raise ExternalServiceError(repr(error)) from error
        if response.status_code >= 500:
            raise TemporaryError(f"{method} {path} answered {response.status_code}")
        return response


def external() -> ExternalService:
    return ExternalService(get_settings())
