"""Sends events to the subscribed sockets of every process."""

import logging
from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from .messages import Events
from .relay import Relay
from .subscribers import deliver

logger = logging.getLogger(__name__)


relay: Relay | None = None


def connect(url: str) -> Relay | None:
    """Create the relay that sends events by Redis; without a URL, they stay in this process."""
    global relay
    relay = Relay(url, __name__, receive) if url else None
    return relay


async def publish(event: str, data: Sequence[BaseModel], user_id: int | None = None) -> None:
    """Send an event for each object to every subscriber, or to those of one user.

    Call it after the commit. It does not raise: the data is stored, even if its event is lost.
    """
    events = Events.of(event, data, user_id)
    if relay:
        await relay.send(events.model_dump_json())
    else:
        deliver(events.user_id, events.messages)


def receive(content: bytes) -> None:
    """Deliver the events that any process has sent by Redis."""
    try:
        events = Events.model_validate_json(content)
    except ValidationError:  # sent by another version of the application, perhaps
        logger.error("Redis delivered a message that holds no events")  # noqa: TRY400
    else:
        deliver(events.user_id, events.messages)
