"""Events, over a websocket of the server."""

import json
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest
from websockets.sync.client import connect

from tests.serving import Server

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_an_order_is_announced_to_the_customer_who_placed_it(
    server: Server, customer: httpx2.Client, basket: dict[str, Any]
) -> None:
    url = f"ws://{server.address}/ws/updates"
    headers = {"Authorization": customer.headers["Authorization"]}

    with connect(url, additional_headers=headers, proxy=None) as websocket:
        websocket.send(json.dumps({"type": "subscribe", "channel": "updates"}))
        assert json.loads(websocket.recv(timeout=5)) == {
            "type": "subscribed",
            "channel": "updates",
        }

        order = customer.post("/api/v1/orders", json=basket).json()

        assert json.loads(websocket.recv(timeout=5)) == {
            "type": "event",
            "channel": "updates",
            "event": "order.created",
            "data": order,
        }


def test_clients_that_listen_leave_the_database_to_others(
    server: Server, customer: httpx2.Client
) -> None:
    url = f"ws://{server.address}/ws/updates"
    headers = {"Authorization": customer.headers["Authorization"]}

    with ExitStack() as sockets:
        for _ in range(20):  # more than there are connections to the database
            connection = connect(url, additional_headers=headers, proxy=None)
            sockets.enter_context(connection)

        assert customer.get("/api/v1/orders").status_code == 200
