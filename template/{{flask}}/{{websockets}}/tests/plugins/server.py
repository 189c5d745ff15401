"""The application behind a socket, served in threads."""

import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from werkzeug.serving import make_server


@pytest.fixture(scope="session")
def address(app: APIFlask) -> Iterator[str]:
    """The host and port where the application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(address: str) -> str:
    """The URL of the websocket."""
    return f"ws://{address}/ws/updates"
