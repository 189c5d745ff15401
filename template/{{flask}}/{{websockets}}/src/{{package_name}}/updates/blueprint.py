"""The websocket, which sends live events to clients that are signed in."""

import threading
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import BoundedSemaphore

from apiflask import APIBlueprint
from flask import g, request
from flask.blueprints import BlueprintSetupState
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server

from ..accounts.services import authenticate
from ..core.context import get_db, get_settings
from ..core.exceptions import ForbiddenError, NotAuthenticatedError
from .connected import connected
from .listener import listen
from .subscribers import Subscriber, subscribers

bp = APIBlueprint("updates", __name__, enable_openapi=False)
sock = Sock()
# Each socket occupies a thread of the server: fewer than there are, so that requests find one.
MAX_SOCKETS = 200
_free_sockets = BoundedSemaphore(MAX_SOCKETS)


@bp.record_once
def set_socket_options(state: BlueprintSetupState) -> None:
    """Ping clients, to detect lost connections, which would keep occupying threads."""
    # The thread that reads may be waiting for the next ping: as a daemon, it does not delay a stop.
    options = {"ping_interval": 20, "thread_class": partial(threading.Thread, daemon=True)}
    state.app.config.setdefault("SOCK_SERVER_OPTIONS", options)


@bp.before_request
def sign_in() -> None:
    """Authenticate the caller before the handshake.

    The token is in the Authorization header or, as browsers cannot set it, in `?token=`.
    """
    header = request.authorization
    token = header.token if header and header.type == "bearer" else request.args.get("token")
    try:
        g.user_id = authenticate(get_db(), token or "", get_settings()).id
    except NotAuthenticatedError as error:
        raise ForbiddenError(error.detail) from None


def send(websocket: Server, messages: SimpleQueue[str | None]) -> None:
    with suppress(ConnectionClosed):
        for message in iter(messages.get, None):
            websocket.send(message)


@sock.route("/ws/updates", bp=bp)  # type: ignore[untyped-decorator]
def updates(websocket: Server) -> None:
    if not _free_sockets.acquire(blocking=False):
        websocket.close(1013, f"{MAX_SOCKETS} sockets are connected")  # "try again later"
        return
    listen()
    messages: SimpleQueue[str | None] = SimpleQueue()
    subscriber = Subscriber(g.user_id, messages.put)
    # A separate thread sends, so that a slow client does not delay `publish`.
    threading.Thread(target=send, args=[websocket, messages], daemon=True).start()
    connected.add(websocket)
    try:
        while True:
            subscriber.receive(websocket.receive())
    finally:
        connected.discard(websocket)
        subscribers.discard(subscriber)
        messages.put(None)
        _free_sockets.release()
