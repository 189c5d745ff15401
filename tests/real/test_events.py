"""Three worker processes under load while Redis restarts: afterwards, every socket gets every event again."""

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest
import tools
from combinations import STACK, Combination, one_per
from rendering import Projects
from serving import ADMIN, SECRET, own_serving, seed_nothing
from suites import Workplace
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

pytestmark = pytest.mark.real

WORKERS, SOCKETS, SENDERS, EVENTS = 3, 24, 4, 60
LIMIT = 30
PASSWORD = "password-of-redis"  # noqa: S105
SIGNALS = {"killed": signal.SIGKILL, "stopped": signal.SIGTERM}


class Redis:
    """A Redis server without persistence."""

    def __init__(self, home: Path) -> None:
        """Choose a free port."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/3"
        self.process: subprocess.Popen[bytes] | None = None
        self._home = home

    def start(self) -> None:
        """Start the server, and wait until it listens."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD]
        self.process = subprocess.Popen(
            [tools.debian("redis-server"), *options], cwd=self._home, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + LIMIT
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            else:
                return

    def end(self, number: int) -> None:
        """Stop the server by a signal, and wait until it has ended."""
        assert self.process
        self.process.send_signal(number)
        self.process.wait(LIMIT)


class Listener:
    """A websocket client that collects the resource ids of the events that it receives."""

    def __init__(self, websocket: ClientConnection) -> None:
        """Subscribe, and receive events in a thread."""
        self.heard: list[int] = []
        self._websocket = websocket
        websocket.send(json.dumps({"type": "subscribe", "channel": "updates"}))
        assert json.loads(websocket.recv(LIMIT))["type"] == "subscribed"
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for message in self._websocket:
                self.heard.append(json.loads(message)["data"]["id"])
        except ConnectionClosed:
            return


class Senders:
    """Clients that create resources until they are stopped."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        """Take the server's URL and the headers of a user."""
        self.statuses: list[int] = []
        self.slowest = 0.0
        self._url, self._headers, self._stop = f"{url}/api/v1/resources", headers, Event()

    def create(self) -> int:
        """Create a resource over a new connection, which any worker may accept; return its id, or 0."""
        begun = time.monotonic()
        response = httpx2.post(self._url, json={"name": "Chair"}, headers=self._headers, timeout=LIMIT, trust_env=False)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.statuses.append(response.status_code)
        return int(response.json()["id"]) if response.status_code == 201 else 0

    def _send(self) -> None:
        while not self._stop.is_set():
            self.create()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Create resources until the end of the block."""
        with ThreadPoolExecutor(SENDERS) as pool:
            sending = [pool.submit(self._send) for _ in range(SENDERS)]
            try:
                yield
            finally:
                self._stop.set()
            for sender in sending:
                sender.result()
        self._stop.clear()


def wait_until_all_hear(senders: Senders, listeners: list[Listener]) -> None:
    """Create resources until the event of one has reached every socket."""
    deadline = time.monotonic() + LIMIT
    while True:
        created = senders.create()
        time.sleep(0.1)
        if all(created in listener.heard for listener in listeners):
            return
        assert time.monotonic() < deadline, "Some sockets receive no events"


def missed(listeners: list[Listener], created: set[int]) -> list[list[int]]:
    """Wait for the events of these resources; return the missing ids of each socket that has not received all."""
    deadline = time.monotonic() + LIMIT
    while missing := [sorted(created - set(one.heard)) for one in listeners if created - set(one.heard)]:
        if time.monotonic() > deadline:
            return missing
        time.sleep(0.05)
    return []


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A running Redis server."""
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.end(signal.SIGKILL)


@pytest.fixture
def project(projects: Projects, combination: Combination, workplace: Workplace) -> Path:
    """A project with websockets."""
    return workplace.become(
        projects.get(combination.data | {"package_name": "shop", "use_websockets": True, "test_layers": ["e2e"]})
    )


@pytest.fixture
def server(project: Path, redis: Redis, tmp_path: Path) -> Iterator[Any]:
    """The project served in several worker processes, as in the image."""
    own = own_serving(project)
    settings = {
        "SECRET_KEY": SECRET,
        "REDIS_URL": redis.url,
        "ALLOWED_HOSTS": "*",
        "WEB_CONCURRENCY": str(WORKERS),
    }
    database_url = f"sqlite:///{tmp_path}/test.db"
    with own.serve(database_url, **settings) as server:
        own.run(seed_nothing(project), database_url, **settings, ENVIRONMENT="development")
        yield server


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="shop"), ids=str)
@pytest.mark.parametrize("number", SIGNALS.values(), ids=SIGNALS)
def test_every_socket_of_every_worker_gets_every_event_once_redis_is_back(
    combination: Combination,
    server: Any,  # noqa: ANN401 - the project's own class
    redis: Redis,
    number: int,
) -> None:
    email, password = ADMIN
    login = httpx2.post(
        f"{server.url}/api/v1/login", json={"email": email, "password": password}, timeout=LIMIT, trust_env=False
    )
    headers = {"Authorization": f"Bearer {login.json()['token']}"}
    senders = Senders(server.url, headers)
    with ExitStack() as stack:
        listeners = [
            Listener(
                stack.enter_context(
                    connect(f"ws://{server.address}/ws/updates", additional_headers=headers, proxy=None)
                )
            )
            for _ in range(SOCKETS)
        ]
        wait_until_all_hear(senders, listeners)
        created = {senders.create() for _ in range(EVENTS)}
        assert not missed(listeners, created)

        with senders.sending():
            time.sleep(1)
            redis.end(number)
            time.sleep(2)
            redis.start()
            wait_until_all_hear(senders, listeners)
            with ThreadPoolExecutor(SENDERS) as pool:
                created = set(pool.map(lambda _: senders.create(), range(EVENTS)))
        assert not missed(listeners, created)

    assert set(senders.statuses) == {201}
    assert senders.slowest < 10
    assert "Events are lost" in server.output
    assert PASSWORD not in server.output
    started = re.findall(r"Booting worker|Started server process", server.output)
    assert len(started) == WORKERS, f"{combination}: {server.output}"
