"""Events, sent to the sockets that subscribed, whichever process they are connected to."""

import logging
from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from .messages import Events
from .relay import Relay
from .subscribers import deliver

logger = logging.getLogger(__name__)


relay: Relay | None = None


def connect(url: str) -> Relay | None:
    """Send events by this Redis; where there is none, to the sockets of this process alone."""
    global relay
    relay = Relay(url, __name__, receive) if url else None
    return relay


async def publish(event: str, data: Sequence[BaseModel], user_id: int | None = None) -> None:
    """Send an event of each object to every subscriber, or to those of one user.

    Call it after the commit. It does not fail: what is stored is stored, and its event may be lost.
    """
    events = Events.of(event, data, user_id)
    if relay:
        await relay.send(events.model_dump_json())
    else:
        deliver(events.user_id, events.messages)


def receive(content: bytes) -> None:
    """Deliver what another process, or this one, has sent by Redis."""
    try:
        events = Events.model_validate_json(content)
    except ValidationError:  # sent by another version of the application, perhaps
        logger.error("What came by Redis are no events")  # noqa: TRY400
    else:
        deliver(events.user_id, events.messages)
