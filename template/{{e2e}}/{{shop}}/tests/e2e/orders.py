"""Baskets, orders, and the payments that the external service is asked for."""

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
    """What makes an order of 1,500."""
    product = ProductFactory.build(price=750)
    store(database, product)
    return {"items": [{"product_id": product.id, "qty": 2}]}


def place_order(customer: httpx2.Client, database: str) -> dict[str, Any]:
    """An order of the customer, pending and unpaid."""
    placed = customer.post("/api/v1/orders", json=fill_basket(database))
    order: dict[str, Any] = placed.raise_for_status().json()
    return order


class Payments:
    """The external service takes every payment; one whose key is repeated, only once."""

    def __init__(self, external_api: ExternalApi) -> None:
        self._external_api = external_api
        external_api.answers[PAY] = TAKEN

    @contextmanager
    def declined(self) -> Iterator[None]:
        """Take no payment."""
        self._external_api.answers[PAY] = DECLINED
        yield
        self._external_api.answers[PAY] = TAKEN

    def of(self, order_id: int) -> list[Call]:
        """The calls for an order, in their order."""
        return [call for call in self._external_api.calls(PAY) if call.body["order_id"] == order_id]

    def charged(self, order_id: int) -> float:
        """What was taken for an order; what the caller heard of it makes no difference."""
        taken: dict[str, float] = {
            call.headers["Idempotency-Key"]: call.body["amount"]
            for call in self.of(order_id)
            if call.answer == TAKEN and call.failure != "down"
        }
        return sum(taken.values())

    def wait_for(self, order_id: int, count: int = 1) -> None:
        """Wait until so many calls for an order have come in."""
        self._external_api.wait_until(lambda: len(self.of(order_id)) >= count)
