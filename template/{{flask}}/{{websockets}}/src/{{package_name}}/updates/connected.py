"""The websockets that are connected to this process."""

from contextlib import suppress

from simple_websocket import ConnectionClosed, Server

connected: set[Server] = set()


def close_all() -> None:
    """Tell each client that the server goes away. Those who wait for a message get no more."""
    for websocket in tuple(connected):
        with suppress(ConnectionClosed, OSError):
            websocket.close(1001, "the server stops")
        websocket.event.set()
