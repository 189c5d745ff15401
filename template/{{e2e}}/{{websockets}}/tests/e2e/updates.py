"""A websocket of the server, for a client that is signed in."""

import json
from typing import Any

import httpx2
from websockets.sync.client import ClientConnection, connect

from tests.serving import Server


def listen(server: Server, customer: httpx2.Client) -> ClientConnection:
    """Open a websocket, which closes at the end of its `with` block."""
    url = f"ws://{server.address}/ws/updates"
    headers = {"Authorization": customer.headers["Authorization"]}
    return connect(url, additional_headers=headers, proxy=None)


def receive(websocket: ClientConnection) -> Any:
    """The next message."""
    return json.loads(websocket.recv(timeout=5))


def subscribe(websocket: ClientConnection) -> None:
    websocket.send(json.dumps({"type": "subscribe", "channel": "updates"}))
    assert receive(websocket) == {"type": "subscribed", "channel": "updates"}
