"""Messages between clients and the server, and between its processes."""

import json
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel

CHANNEL = "updates"


class Subscribe(BaseModel):
    """The only message that a client may send."""

    type: Literal["subscribe"]
    channel: Literal["updates"]


class Events(BaseModel):
    """Messages for every subscriber, or for those of one user, as sent between processes."""

    user_id: int | None
    messages: list[str]

    @classmethod
    def of(cls, event: str, data: Sequence[BaseModel], user_id: int | None) -> Self:
        """Create an event for each object."""
        messages = [
            json.dumps(
                {
                    "type": "event",
                    "channel": CHANNEL,
                    "event": event,
                    "data": item.model_dump(mode="json"),
                }
            )
            for item in data
        ]
        return cls(user_id=user_id, messages=messages)
