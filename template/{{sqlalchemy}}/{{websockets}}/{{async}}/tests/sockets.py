"""A client of the websocket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

SUBSCRIBE = json.dumps({"type": "subscribe", "channel": "updates"})
SUBSCRIBED = {"type": "subscribed", "channel": "updates"}


@asynccontextmanager
async def subscribed(url: str, headers: dict[str, str]) -> AsyncIterator[ClientConnection]:
    async with connect(url, additional_headers=headers, proxy=None) as websocket:
        await websocket.send(SUBSCRIBE)
        assert await receive(websocket) == SUBSCRIBED
        yield websocket


async def receive(websocket: ClientConnection) -> Any:
    return json.loads(await websocket.recv())


def event(name: str, data: Any) -> dict[str, Any]:
    return {"type": "event", "channel": "updates", "event": name, "data": data}
