"""The websockets that are connected to this process."""

from contextlib import suppress

from simple_websocket import ConnectionClosed, Server

connected: set[Server] = set()


def close_all() -> None:
    """Close all websockets with 1001, and wake the threads that wait for messages."""
    for websocket in tuple(connected):
        with suppress(ConnectionClosed, OSError):
            websocket.close(1001, "the server stops")
        websocket.event.set()
