"""A client of the websocket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

SUBSCRIBE = json.dumps({"type": "subscribe", "channel": "updates"})
SUBSCRIBED = {"type": "subscribed", "channel": "updates"}


def open_socket(url: str, headers: dict[str, str] | None = None) -> Any:
    return connect(url, additional_headers=headers, proxy=None)


@asynccontextmanager
async def subscribed(url: str, headers: dict[str, str]) -> AsyncIterator[ClientConnection]:
    async with open_socket(url, headers) as websocket:
        await websocket.send(SUBSCRIBE)
        assert await receive(websocket) == SUBSCRIBED
        yield websocket


async def receive(websocket: ClientConnection) -> Any:
    return json.loads(await websocket.recv())


def event(name: str, data: Any) -> dict[str, Any]:
    return {"type": "event", "channel": "updates", "event": name, "data": data}
