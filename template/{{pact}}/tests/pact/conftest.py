"""Fixtures for the app as a consumer, and for the app as a provider, served for Pact to verify."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pact import Pact

from tests.environment import forget
from tests.pact.consumer import CONSUMER, PROVIDER
from tests.pact.provider import ProviderDatabase
from tests.pact.states import STATES
from tests.serving import Server, serve

forget(r"PACT_\w+")


@pytest.fixture(scope="session", autouse=True)
def no_tracking() -> Iterator[None]:
    """Turn off Pact's usage tracking: pytest-socket cannot block what native code sends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACT_DO_NOT_TRACK", "true")
        yield


@pytest.fixture
def pact() -> Pact:
    """An empty pact for each test: once served, a pact accepts no more interactions."""
    return Pact(CONSUMER, PROVIDER)


@pytest.fixture(scope="session")
def provider_database_url(make_database: Callable[[str], str]) -> str:
    """The URL of the served application's database."""
    return make_database("pact")


@pytest.fixture(scope="session")
def provider(provider_database_url: str) -> Iterator[Server]:
    """The application, served once for the run."""
    with serve(provider_database_url) as server:
        yield server


@pytest.fixture(scope="session")
def states_url(provider_database_url: str) -> Iterator[str]:
    """The URL that Pact calls to set up and tear down the provider states of a request."""
    database = ProviderDatabase(provider_database_url)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            values = {}
            if change["action"] == "teardown":
                database.tear_down()
            elif change["state"]:
                values = database.set_up(STATES[change["state"]], change["params"])
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
    database.close()
