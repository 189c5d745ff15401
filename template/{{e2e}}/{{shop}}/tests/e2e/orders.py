"""Baskets, orders, and payments at the external service."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.e2e.database import store
from tests.e2e.external import Answer, Call, ExternalApi
from tests.factories.orders import ProductFactory

PAY = "POST /payments"
TAKEN, DECLINED = Answer(201, {"status": "completed"}), Answer(402, {"status": "declined"})


def fill_basket(database: str) -> dict[str, Any]:
    """Store a product, and return the body of an order with a total of 1,500."""
    product = ProductFactory.build(price=750)
    store(database, product)
    return {"items": [{"product_id": product.id, "qty": 2}]}


def place_order(customer: httpx2.Client, database: str) -> dict[str, Any]:
    """Place an order of the customer, pending and unpaid."""
    placed = customer.post("/api/v1/orders", json=fill_basket(database))
    order: dict[str, Any] = placed.raise_for_status().json()
    return order


class Payments:
    """Payments at the external service, which accepts all, but a repeated key only once."""

    def __init__(self, external_api: ExternalApi) -> None:
        self._external_api = external_api
        external_api.answers[PAY] = TAKEN

    @contextmanager
    def declined(self) -> Iterator[None]:
        """Decline every payment."""
        self._external_api.answers[PAY] = DECLINED
        yield
        self._external_api.answers[PAY] = TAKEN

    def of(self, order_id: int) -> list[Call]:
        """The payment calls for an order, in sequence."""
        return [call for call in self._external_api.calls(PAY) if call.body["order_id"] == order_id]

    def charged(self, order_id: int) -> float:
        """The amount charged for an order, even if the response did not reach the caller."""
        taken: dict[str, float] = {
            call.headers["Idempotency-Key"]: call.body["amount"]
            for call in self.of(order_id)
            if call.answer == TAKEN and call.failure != "down"
        }
        return sum(taken.values())

    def wait_for(self, order_id: int, count: int = 1) -> None:
        """Wait until this many payment calls for an order have come in."""
        self._external_api.wait_until(lambda: len(self.of(order_id)) >= count)
