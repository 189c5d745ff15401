"""The thread that listens for the events of every process."""

from threading import Lock, Thread

from . import events
from .relay import Relay

_lock = Lock()
_listened_to: list[Relay] = []


def listen() -> None:
    """Start the thread, once, if there is a Redis. It ends with the process.

    Call it in the process that serves requests: threads do not survive a fork.
    """
    relay = events.relay
    with _lock:
        if relay and relay not in _listened_to:
            Thread(target=relay.listen, args=[relay.subscribe()], daemon=True).start()
            _listened_to.append(relay)
