"""The application, served for real in the states that a consumer's pact names."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.environment import forget
from tests.pact.states import States
from tests.serving import Server, serve

forget(r"PACT_\w+")


@pytest.fixture(scope="session", autouse=True)
def no_tracking() -> Iterator[None]:
    """Keep Pact's library from telling its makers of its use, which no guard of ours would see."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACT_DO_NOT_TRACK", "true")
        yield


@pytest.fixture(scope="session")
def provider_database_url(make_database: Callable[[str], str]) -> str:
    """The database of the application that is served."""
    return make_database("pact")


@pytest.fixture(scope="session")
def provider(provider_database_url: str) -> Iterator[Server]:
    """The application, served once for the run."""
    with serve(provider_database_url) as server:
        yield server


@pytest.fixture(scope="session")
def states_url(provider_database_url: str) -> Iterator[str]:
    """Where Pact asks for the states of a request before it, and for their end after it."""
    states = States(provider_database_url)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            values = {}
            if change["action"] == "teardown":
                states.tear_down()
            elif change["state"]:
                values = states.set_up(change["state"], change["params"])
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(values).encode())

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
    states.close()
