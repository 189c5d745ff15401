"""Events, over a websocket of the server."""

import json
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
