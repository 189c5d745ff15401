"""Events, sent to the sockets that subscribed."""

from asgiref.sync import async_to_sync
from channels.layers import channel_layers
from django.db import transaction
from pydantic import BaseModel

CHANNEL = "updates"


def get_group(user_id: int | None) -> str:
    """The group of a user's own events, or that of everybody's."""
    return CHANNEL if user_id is None else f"{CHANNEL}.{user_id}"


def publish(event: str, data: BaseModel, user_id: int | None = None) -> None:
    """Send an event to every subscriber, or to those of one user, once it is committed."""
    message = {
        "type": "event",
        "channel": CHANNEL,
        "event": event,
        "data": data.model_dump(mode="json"),
    }

    def send() -> None:
        send_to_group = async_to_sync(channel_layers["default"].group_send)
        send_to_group(get_group(user_id), {"type": "send.event", "event": message})

    transaction.on_commit(send)
