"""Sends events to the subscribed sockets of every process."""

import asyncio
import logging
from collections.abc import Sequence

from asgiref.sync import async_to_sync
from channels.layers import channel_layers
from django.db import transaction
from pydantic import BaseModel, ValidationError

from ..core.config import get_settings
from ..core.connections import release_connection
from .messages import CHANNEL, Events
from .relay import Relay

logger = logging.getLogger(__name__)


def get_group(user_id: int | None) -> str:
    """Return the group for the events of one user, or of everyone if `user_id` is None."""
    return CHANNEL if user_id is None else f"{CHANNEL}.{user_id}"


def publish(event: str, data: Sequence[BaseModel], user_id: int | None = None) -> None:
    """Send an event for each object to every subscriber, or to those of one user, after the commit.

    It does not raise: the data is stored already, even if its event is lost.
    """
    events = Events.of(event, data, user_id)

    def send() -> None:
        if relay:
            release_connection()
            relay.send(events.model_dump_json())
        else:
            async_to_sync(deliver)(events)

    transaction.on_commit(send, robust=True)


async def deliver(events: Events) -> None:
    """Send events to the sockets of this process, through its channel layer."""
    for message in events.messages:
        await channel_layers["default"].group_send(
            get_group(events.user_id), {"type": "send.event", "event": message}
        )


class Receiver:
    """Takes events from the thread that listens to Redis to the event loop of the sockets."""

    loop: asyncio.AbstractEventLoop

    def receive(self, content: bytes) -> None:
        try:
            events = Events.model_validate_json(content)
        except ValidationError:  # sent by another version of the application, perhaps
            logger.error("Redis delivered a message that holds no events")  # noqa: TRY400
        else:
            asyncio.run_coroutine_threadsafe(deliver(events), self.loop)


receiver = Receiver()
_redis_url = get_settings().redis_url
# Without Redis, events reach only the sockets of this process.
relay = Relay(_redis_url, __name__, receiver.receive) if _redis_url else None
