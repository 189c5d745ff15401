"""The whole system over sockets: the server process, its database, the external service."""

import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

import httpx2
import pytest

from tests.e2e.database import store
from tests.e2e.external import ExternalApi
from tests.factories.accounts import PASSWORD, UserFactory
from tests.serving import Server, serve

# Nothing here is encrypted; creating a context for each client would take longer than its requests.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that stop the server last, so that it is not started again for other tests."""
    items.sort(key=lambda item: "last_server" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the output of the server to the report of a test that fails."""
    report = yield
    server = item.funcargs.get("running_server")
    if report.failed and isinstance(server, Server):
        server.is_healthy()  # the traceback of an error is written after its response
        report.sections.append(("Output of the server", server.output))
    return report


@pytest.fixture(scope="session")
def external_api() -> Iterator[ExternalApi]:
    """The external service."""
    with ExternalApi() as api:
        threading.Thread(target=api.serve_forever, args=[0.05], daemon=True).start()
        yield api
        api.shutdown()


@pytest.fixture(scope="session")
def running_server(
    make_database: Callable[[str], str], external_api: ExternalApi
) -> Iterator[Server]:
    """The server, started once for the run."""
    settings = {"EXTERNAL_API_URL": external_api.url, "EXTERNAL_API_TIMEOUT": "1"}
    with serve(make_database("e2e"), **settings) as server:
        yield server


@pytest.fixture(scope="session")
def database(running_server: Server) -> str:
    """The URL of the server's database."""
    return running_server.database_url


@pytest.fixture
def server(running_server: Server, external_api: ExternalApi) -> Server:
    """The server, started again if another test has stopped it."""
    running_server.forget_output()
    external_api.forget_calls()
    if running_server.process.poll() is not None:
        running_server.start()
    return running_server


@pytest.fixture
def last_server(server: Server) -> Server:
    """The server, for a test that stops it."""
    return server


def connect(server: Server) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, timeout=20, verify=NO_CERTIFICATES, trust_env=False)


@pytest.fixture
def client(server: Server) -> Iterator[httpx2.Client]:
    """A client that is not signed in."""
    with connect(server) as client:
        yield client


def sign_in(client: httpx2.Client, email: str) -> None:
    login = client.post("/api/v1/login", json={"email": email, "password": PASSWORD})
    token = login.raise_for_status().json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"


@pytest.fixture
def user(database: str) -> Any:
    """The row of the user who is signed in as `customer`."""
    user = UserFactory.build()
    store(database, user)
    return user


@pytest.fixture
def customer(client: httpx2.Client, user: Any) -> httpx2.Client:
    """A client that is signed in as `user`."""
    sign_in(client, user.email)
    return client


@pytest.fixture
def admin(server: Server, database: str) -> Iterator[httpx2.Client]:
    """A client that is signed in as an admin."""
    user = UserFactory.build(admin=True)
    store(database, user)
    with connect(server) as client:
        sign_in(client, user.email)
        yield client
