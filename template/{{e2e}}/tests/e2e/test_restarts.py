"""The server is stopped, or killed, in the middle of a payment, and started again."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.e2e.database import read_order
from tests.e2e.external import ExternalApi
from tests.serving import STOP_SECONDS, Server

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def wait_until_stopping(server: Server) -> None:
    """Wait until the server answers no new request, whether it refuses them or leaves them waiting."""
    deadline = time.monotonic() + STOP_SECONDS
    while server.is_healthy(timeout=0.5):
        assert time.monotonic() < deadline, "The server still answers"
        time.sleep(0.01)


def test_a_graceful_stop_finishes_the_payment_in_flight(
    last_server: Server,
    customer: httpx2.Client,
    database: str,
    external_api: ExternalApi,
    order: dict[str, Any],
) -> None:
    with ThreadPoolExecutor() as pool:
        with external_api.holding():
            paying = pool.submit(customer.post, f"/api/v1/orders/{order['id']}/pay")
            external_api.wait_for_payments(order["id"])
            stopping = pool.submit(last_server.stop)
            wait_until_stopping(last_server)
        paid = paying.result()
        stopping.result()

    assert (paid.status_code, paid.json()["payment_status"]) == (200, "completed")
    assert read_order(database, order["id"]).payment_status == "completed"


def test_a_crash_loses_no_order_and_its_payment_is_charged_once(
    server: Server,
    customer: httpx2.Client,
    database: str,
    external_api: ExternalApi,
    order: dict[str, Any],
) -> None:
    path = f"/api/v1/orders/{order['id']}"
    with ThreadPoolExecutor() as pool, external_api.holding():
        paying = pool.submit(customer.post, f"{path}/pay")
        external_api.wait_for_payments(order["id"])
        server.kill()
        with pytest.raises(httpx2.TransportError):
            paying.result()

    server.start()
    customer.base_url = server.url

    assert customer.get(path).json() == order
    paid = customer.post(f"{path}/pay")
    assert (paid.status_code, paid.json()["payment_status"]) == (200, "completed")
    assert external_api.charged(order["id"]) == 1500
    assert read_order(database, order["id"]).payment_status == "completed"
