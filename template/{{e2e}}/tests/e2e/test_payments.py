"""Paying an order: what the customer hears, what is charged, and what the database holds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.e2e.database import read_order, store
from tests.e2e.external import ExternalApi
from tests.factories import OrderFactory

# More than the server has connections to its database.
CALLERS = 20

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_a_payment_completes_the_order(
    customer: httpx2.Client, database: str, external_api: ExternalApi, order: dict[str, Any]
) -> None:
    paid = customer.post(f"/api/v1/orders/{order['id']}/pay")

    assert paid.status_code == 200
    assert paid.json() == order | {"payment_status": "completed"}
    assert external_api.charged(order["id"]) == 1500
    stored = read_order(database, order["id"])
    assert stored.payment_status == "completed"
    assert stored.total == 1500


def test_a_declined_payment_leaves_the_order_unpaid_and_the_next_one_is_new(
    customer: httpx2.Client, database: str, external_api: ExternalApi, order: dict[str, Any]
) -> None:
    path = f"/api/v1/orders/{order['id']}"

    with external_api.failing("declined"):
        declined = customer.post(f"{path}/pay")

    assert (declined.status_code, declined.json()) == (402, {"detail": "Payment declined"})
    assert customer.get(path).json() == order
    assert read_order(database, order["id"]).payment_status == "unpaid"
    assert external_api.charged(order["id"]) == 0

    assert customer.post(f"{path}/pay").status_code == 200
    first, second = external_api.payments(order["id"])
    assert first.key != second.key


def test_a_service_that_is_down_is_asked_three_times_and_leaves_the_order_unpaid(
    customer: httpx2.Client, database: str, external_api: ExternalApi, order: dict[str, Any]
) -> None:
    path = f"/api/v1/orders/{order['id']}"

    with external_api.failing("down", "down", "down"):
        failed = customer.post(f"{path}/pay")

    assert failed.status_code == 503
    assert failed.json() == {"detail": "Service temporarily unavailable"}
    assert customer.get(path).json() == order
    assert read_order(database, order["id"]).payment_status == "unpaid"
    assert len(external_api.payments(order["id"])) == 3


def test_a_payment_that_is_answered_too_late_is_repeated_and_charged_once(
    customer: httpx2.Client, external_api: ExternalApi, order: dict[str, Any]
) -> None:
    with external_api.failing("late"):
        paid = customer.post(f"/api/v1/orders/{order['id']}/pay")

    assert paid.status_code == 200
    assert [payment.failure for payment in external_api.payments(order["id"])] == ["late", None]
    assert external_api.charged(order["id"]) == 1500


def test_two_payments_at_once_charge_once(
    customer: httpx2.Client, database: str, external_api: ExternalApi, order: dict[str, Any]
) -> None:
    path = f"/api/v1/orders/{order['id']}/pay"

    with ThreadPoolExecutor() as pool:
        with external_api.holding():
            paying = [pool.submit(customer.post, path) for _ in range(2)]
            external_api.wait_for_payments(order["id"], 2)
        statuses = [answer.result().status_code for answer in paying]

    assert sorted(statuses) == [200, 409]
    assert external_api.charged(order["id"]) == 1500
    assert read_order(database, order["id"]).payment_status == "completed"


def test_callers_who_wait_for_the_external_service_keep_nobody_else_waiting(
    user: Any,
    customer: httpx2.Client,
    admin: httpx2.Client,
    database: str,
    external_api: ExternalApi,
) -> None:
    orders = OrderFactory.build_batch(CALLERS, user=user, total=1500)
    store(database, *orders)

    with ThreadPoolExecutor(CALLERS) as pool:
        with external_api.holding():
            paying = [
                pool.submit(customer.post, f"/api/v1/orders/{order.id}/pay") for order in orders
            ]
            for order in orders:
                external_api.wait_for_payments(order.id)
            health = admin.get("/health")
            added = admin.post("/api/v1/resources", json={"name": "Chair"})
            answered = [call for call in paying if call.done()]
        statuses = [call.result().status_code for call in paying]

    assert (health.status_code, added.status_code, answered) == (200, 201, [])
    assert statuses == [200] * CALLERS
    assert [external_api.charged(order.id) for order in orders] == [1500] * CALLERS
