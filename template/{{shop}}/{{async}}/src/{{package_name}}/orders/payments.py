"""Payments through the external service."""

from decimal import Decimal
from typing import Literal

from ..core.exceptions import DESCRIPTIONS, ApiError
from ..core.external import ExternalService, Reply, logged


class PaymentDeclinedError(ApiError):
    status = 402
    detail = DESCRIPTIONS[402]


class PaymentReply(Reply):
    status: Literal["completed"]


async def pay(external: ExternalService, order_id: int, amount: Decimal, key: str) -> bool:
    """Return whether the payment was accepted; calls with the same key charge only once.

    Raises:
        ExternalServiceError: there is no usable response.
    """
    with logged("payment"):
        response = await external.ask(
            "POST",
            "/payments",
            json={"order_id": order_id, "amount": float(amount)},
            headers={"Idempotency-Key": key},
        )
        if response.status_code == 402:
            return False
        PaymentReply.read(response, 201)
        return True
