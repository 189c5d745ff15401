"""Events, sent to the sockets that subscribed, whichever process they are connected to."""

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
    """The group of a user's own events, or that of everybody's."""
    return CHANNEL if user_id is None else f"{CHANNEL}.{user_id}"


def publish(event: str, data: Sequence[BaseModel], user_id: int | None = None) -> None:
    """Send an event of each object to every subscriber, or to those of one user, once it is committed.

    It does not fail: what is stored is stored, and its event may be lost.
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
    """Hand events to the sockets of this process, by its channel layer."""
    for message in events.messages:
        await channel_layers["default"].group_send(
            get_group(events.user_id), {"type": "send.event", "event": message}
        )


class Receiver:
    """Delivers what comes by Redis, to a thread, in the event loop that serves the sockets."""

    loop: asyncio.AbstractEventLoop

    def receive(self, content: bytes) -> None:
        try:
            events = Events.model_validate_json(content)
        except ValidationError:  # sent by another version of the application, perhaps
            logger.error("What came by Redis are no events")  # noqa: TRY400
        else:
            asyncio.run_coroutine_threadsafe(deliver(events), self.loop)


receiver = Receiver()
_redis_url = get_settings().redis_url
# Without Redis, events reach the sockets of this process alone.
relay = Relay(_redis_url, __name__, receiver.receive) if _redis_url else None
