"""The consumer of the websocket."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from pydantic import ValidationError

from ..accounts.auth import find_user
from .events import get_group, receiver
from .listener import listen
from .messages import CHANNEL, Subscribe


def read_token(scope: Mapping[str, Any]) -> str:
    """Return the token of the Authorization header or, as browsers cannot set it, of `?token=`."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        return token
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("token", [""])[-1]


class UpdatesConsumer(AsyncWebsocketConsumer):
    user_id: int

    async def connect(self) -> None:
        user = await database_sync_to_async(find_user)(read_token(self.scope))
        if user is None:
            await self.close()
            return
        self.user_id = user.pk
        receiver.loop = asyncio.get_running_loop()
        await sync_to_async(listen, thread_sensitive=False)()
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            Subscribe.model_validate_json(text_data or bytes_data or "")
        except ValidationError:
            expected = json.dumps({"type": "subscribe", "channel": CHANNEL})
            await self.answer({"type": "error", "detail": f"Expected {expected}"})
        else:
            for group in (get_group(None), get_group(self.user_id)):
                await self.channel_layer.group_add(group, self.channel_name)
            await self.answer({"type": "subscribed", "channel": CHANNEL})

    async def send_event(self, message: dict[str, Any]) -> None:
        """Send an event that `publish` has sent to a group of this socket."""
        await self.send(message["event"])

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "user_id"):
            for group in (get_group(None), get_group(self.user_id)):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def answer(self, message: dict[str, Any]) -> None:
        await self.send(json.dumps(message))
