"""Two processes of the application, and the events that Redis sends from one to the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, NamedTuple

import httpx2
import pytest
from websockets.sync.client import ClientConnection

from tests.e2e.conftest import connect, sign_in
from tests.e2e.database import store
from tests.e2e.updates import listen, receive, subscribe
from tests.factories.accounts import UserFactory
from tests.redis_server import PASSWORD, RedisServer
from tests.serving import Server, serve

# The first test waits for the servers to start.
pytestmark = pytest.mark.timeout(60)


class Side(NamedTuple):
    """A process of the application, with a client and a websocket of that client."""

    server: Server
    client: httpx2.Client
    websocket: ClientConnection


@pytest.fixture(scope="module")
def servers(
    make_database: Callable[[str], str],
    redis: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Server]]:
    """Two server processes on one database, started before Redis."""
    url, settings = make_database("processes"), {"REDIS_URL": redis.url}
    second = Server(tmp_path_factory.mktemp("second"), url, **settings)
    with ExitStack() as stack:
        with redis.down(), ThreadPoolExecutor() as pool:
            starting = pool.submit(second.start)
            first = stack.enter_context(serve(url, **settings))
            starting.result()
            stack.callback(second.kill)
        yield [first, second]


@pytest.fixture
def sides(servers: list[Server]) -> Iterator[list[Side]]:
    """Both processes, each with a subscribed websocket."""
    user = UserFactory.build()
    store(servers[0].database_url, user)
    with ExitStack() as stack:
        sides = []
        for server in servers:
            client = stack.enter_context(connect(server))
            sign_in(client, user.email)
            sides.append(Side(server, client, stack.enter_context(listen(server, client))))
            subscribe(sides[-1].websocket)
        wait_for_redis(sides)
        for server in servers:
            server.forget_output()
        yield sides


def create(side: Side) -> Any:
    """Create a resource."""
    response = side.client.post("/api/v1/resources", json={"name": "Chair"})
    assert response.status_code == 201
    return response.json()


def wait_for_redis(sides: list[Side]) -> None:
    """Wait until both processes are connected to Redis: an event of one reaches both websockets."""
    for side in sides:
        for _ in range(100):
            create(side)
            try:
                side.websocket.recv(timeout=0.1)
            except TimeoutError:
                continue
            break
    last = create(sides[0])
    for side in sides:
        while receive(side.websocket)["data"] != last:
            pass


def test_an_event_reaches_the_sockets_of_every_process(sides: list[Side]) -> None:
    for sender in sides:
        resource = create(sender)

        assert [receive(side.websocket)["data"] for side in sides] == [resource, resource]


@pytest.mark.parametrize("trouble", [RedisServer.down, RedisServer.hanging])
def test_requests_succeed_without_redis_and_events_resume_when_it_is_back(
    sides: list[Side], redis: RedisServer, trouble: Callable[[RedisServer], Any]
) -> None:
    with trouble(redis):
        stored = create(sides[0])

        assert sides[1].client.get(f"/api/v1/resources/{stored['id']}").json() == stored
        assert "Events are lost" in sides[0].server.output

    wait_for_redis(sides)
    resource = create(sides[1])

    assert [receive(side.websocket)["data"] for side in sides] == [resource, resource]
    assert PASSWORD not in sides[0].server.output + sides[1].server.output
