"""The events of resources, over a websocket of the server."""

import httpx2
import pytest

from tests.e2e.updates import listen, receive, subscribe
from tests.serving import Server

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_a_resource_is_announced_to_every_subscriber(
    server: Server, customer: httpx2.Client, admin: httpx2.Client
) -> None:
    with listen(server, customer) as websocket:
        subscribe(websocket)

        resource = admin.post("/api/v1/resources", json={"name": "Chair"}).json()

        assert receive(websocket) == {
            "type": "event",
            "channel": "updates",
            "event": "resource.created",
            "data": resource,
        }
