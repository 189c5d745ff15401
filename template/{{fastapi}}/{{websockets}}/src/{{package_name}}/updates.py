"""Events for the sockets that are connected to this process."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

CHANNEL = "updates"


@dataclass(eq=False)
class Subscriber:
    """A socket's outgoing messages, and whose socket it is."""

    user_id: int
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    messages: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def send(self, message: dict[str, Any]) -> None:
        """Queue a message; may be called from any thread."""
        self.loop.call_soon_threadsafe(self.messages.put_nowait, json.dumps(message))


subscribers: set[Subscriber] = set()


def publish(event: str, data: BaseModel, user_id: int | None = None) -> None:
    """Send an event to every subscriber, or to those of one user. Call it after the commit."""
    message = {
        "type": "event",
        "channel": CHANNEL,
        "event": event,
        "data": data.model_dump(mode="json"),
    }
    for subscriber in tuple(subscribers):
        if user_id in (None, subscriber.user_id):
            subscriber.send(message)
