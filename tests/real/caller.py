"""Keeps a connection to the server on port 8000 open: prints `open`, and ends when the connection is closed.

`idle` has received its response, `request` has sent half of its body, `websocket` has subscribed to the events.
"""

import json
import socket
import sys
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

ADDRESS = ("127.0.0.1", 8000)
USER = {"name": "Ann", "email": "ann@example.com", "password": "correct horse"}
LOGIN = {name: USER[name] for name in ("email", "password")}


def post(path: str, content: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of the response."""
    connection = HTTPConnection(*ADDRESS, timeout=20)
    connection.request("POST", f"/api/v1/{path}", json.dumps(content), {"Content-Type": "application/json"})
    return json.load(connection.getresponse())


def say_open() -> None:
    """Tell the parent process that the connection is open."""
    print("open", flush=True)  # noqa: T201


def websocket() -> None:
    """Subscribe, and wait."""
    post("register", USER)
    token = post("login", LOGIN)["token"]
    with connect(f"ws://127.0.0.1:8000/ws/updates?token={token}", proxy=None) as socket_:
        socket_.send(json.dumps({"type": "subscribe", "channel": "updates"}))
        assert json.loads(socket_.recv())["type"] == "subscribed"
        say_open()
        try:
            socket_.recv()
        except ConnectionClosed:
            return


def half_a_request() -> None:
    """Send half a body, and wait."""
    with socket.create_connection(ADDRESS) as connection:
        head = "POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50"
        connection.sendall(f"{head}\r\n\r\n{{".encode())
        say_open()
        connection.recv(1)


def idle() -> None:
    """Receive a response, and keep the connection open."""
    with socket.create_connection(ADDRESS) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        connection.recv(1 << 16)
        say_open()
        connection.recv(1)


if __name__ == "__main__":
    with suppress(ConnectionError):
        {"idle": idle, "request": half_a_request, "websocket": websocket}[sys.argv[1]]()
