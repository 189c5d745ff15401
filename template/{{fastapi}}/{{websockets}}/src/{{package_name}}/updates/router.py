"""The websocket, which sends live events to clients that are signed in."""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from .dependencies import SocketUserId
from .lifespan import lifespan
from .subscribers import Subscriber, subscribers

router = APIRouter(lifespan=lifespan)


async def receive(websocket: WebSocket, subscriber: Subscriber) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        subscriber.receive(message.get("text") or message.get("bytes") or "")


async def send(websocket: WebSocket, messages: asyncio.Queue[str]) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(await messages.get())


@router.websocket("/ws/updates")
async def updates(websocket: WebSocket, user_id: SocketUserId) -> None:
    await websocket.accept()
    messages: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    subscriber = Subscriber(
        user_id, lambda message: loop.call_soon_threadsafe(messages.put_nowait, message)
    )
    sending = asyncio.create_task(send(websocket, messages))
    try:
        await receive(websocket, subscriber)
    finally:
        subscribers.discard(subscriber)
        sending.cancel()
