"""The sockets of this process that receive events."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from .messages import CHANNEL, Subscribe


@dataclass(eq=False)
class Subscriber:
    """A socket, and the id of its user."""

    user_id: int
    queue: Callable[[str], object]
    """Queues a message for the socket; may be called from any thread."""

    def send(self, message: dict[str, Any]) -> None:
        self.queue(json.dumps(message))

    def receive(self, message: str | bytes) -> None:
        """Subscribe, if the client's message asks for it, and reply."""
        try:
            Subscribe.model_validate_json(message)
        except ValidationError:
            expected = json.dumps({"type": "subscribe", "channel": CHANNEL})
            self.send({"type": "error", "detail": f"Expected {expected}"})
        else:
            self.send({"type": "subscribed", "channel": CHANNEL})
            subscribers.add(self)


subscribers: set[Subscriber] = set()


def deliver(user_id: int | None, messages: list[str]) -> None:
    """Queue messages for every subscriber, or for those of one user."""
    for subscriber in tuple(subscribers):
        if user_id in (None, subscriber.user_id):
            for message in messages:
                subscriber.queue(message)
