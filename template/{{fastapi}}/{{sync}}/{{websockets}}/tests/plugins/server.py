"""The application behind a socket, served in a thread."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """The host and port where the application is served."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # A client that connects before the server has started waits for it.
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def url(address: str) -> str:
    """The URL of the websocket."""
    return f"ws://{address}/ws/updates"
