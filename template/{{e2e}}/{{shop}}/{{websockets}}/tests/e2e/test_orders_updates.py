"""The events of orders, over a websocket of the server."""

import httpx2
import pytest

from tests.e2e.orders import place_order
from tests.e2e.updates import listen, receive, subscribe
from tests.serving import Server

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_an_order_is_announced_to_the_customer_who_placed_it(
    server: Server, customer: httpx2.Client, database: str
) -> None:
    with listen(server, customer) as websocket:
        subscribe(websocket)

        order = place_order(customer, database)

        assert receive(websocket) == {
            "type": "event",
            "channel": "updates",
            "event": "order.created",
            "data": order,
        }
