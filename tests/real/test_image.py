"""The image of each framework and database is built, and run as an orchestrator would run it."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import postgres
import pytest
from combinations import COMBINATIONS, Combination, one_per
from images import Container, Images, Network
from rendering import Projects

pytestmark = pytest.mark.real

# Each framework on each database: without websockets on SQLite, with them on PostgreSQL.
ON_SQLITE = one_per("framework", example="resource", database="sqlite", use_websockets=False)
ON_POSTGRESQL = one_per("framework", "database_access", example="resource", database="postgresql", use_websockets=True)
# Docker kills a container ten seconds after SIGTERM. Until shortly before that, running requests may finish.
GRACE = 9.5
# gunicorn keeps an idle connection open for two seconds; a stop that hangs takes the eight of its graceful timeout.
AT_ONCE = 7.0


@pytest.fixture(scope="session")
def images(session_folder: Path) -> Images:
    """The images of the session."""
    return Images(session_folder / "images")


@pytest.fixture
def network(session_folder: Path, postgres_server: Callable[[], str], combination: Combination) -> Iterator[Network]:
    """A network for a container, from which its database is reachable."""
    server = None
    if combination["database"] == "postgresql":
        cluster = postgres_server()
        home = json.loads((session_folder / postgres.STATE).read_text())["home"]
        server = Path(home) / f".s.PGSQL.{cluster.rpartition(':')[2]}"
    network = Network(server)
    yield network
    network.close()


@pytest.fixture
def image(images: Images, projects: Projects, combination: Combination) -> str:
    """The image of a project."""
    return images.build(f"image-{COMBINATIONS.index(combination)}", projects.get(combination.data))


@pytest.fixture
def database(new_database: Callable[[str], str], combination: Combination, worker_id: str) -> list[str]:
    """The options that give a container its database: a volume for SQLite, or the URL of PostgreSQL."""
    if combination["database"] == "sqlite":
        return [f"--volume=data-{worker_id}-{time.monotonic_ns()}:/data"]
    name = new_database(f"image_{worker_id}").rpartition("/")[2]
    return [f"--env=DATABASE_URL=postgresql://postgres@127.0.0.1:5432/{name}"]


@pytest.fixture
def start(images: Images, network: Network, image: str, database: list[str]) -> Iterator[Callable[..., Container]]:
    """Start a container of the image; it is removed at the end."""
    with ExitStack() as stack:

        def start(*options: str, words: Sequence[str] = ()) -> Container:
            container = Container(images, network, image, *database, *options, words=words)
            stack.callback(container.remove)
            return container

        yield start


def migrate(images: Images, network: Network, image: str, database: list[str], project: Path, *options: str) -> None:
    """Migrate the database by the command in docs/running.md."""
    guide = (project / "docs/running.md").read_text(encoding="utf-8")
    (words,) = {*re.findall(r"^docker run .* (python manage\.py migrate|alembic upgrade head)$", guide, re.MULTILINE)}
    command = images.command(image, "--rm", network.option, *database, *options)
    done = subprocess.run([*command, *words.split()], check=False, capture_output=True, text=True)
    assert not done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("combination", one_per("framework", "database_access", "database", "use_websockets"), ids=str)
def test_hadolint_finds_nothing_in_the_dockerfile(projects: Projects, combination: Combination) -> None:
    done = subprocess.run(
        ["hadolint", "--failure-threshold=style", projects.get(combination.data) / "Dockerfile"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("combination", "user"),
    [(combination, "12345:54321") for combination in [*ON_SQLITE, *ON_POSTGRESQL]]
    + [(combination, "") for combination in ON_SQLITE],
    ids=str,
)
def test_any_user_migrates_and_serves_on_a_read_only_root_and_a_stop_ends_it(
    images: Images,
    network: Network,
    image: str,
    database: list[str],
    projects: Projects,
    start: Callable[..., Container],
    combination: Combination,
    user: str,
) -> None:
    options = [f"--user={user}"] if user else []
    assert re.fullmatch(r"[1-9]\d*", images.configuration(image)["Config"]["User"])
    migrate(images, network, image, database, projects.get(combination.data), *options)

    container = start(*options)
    container.wait_until_healthy()
    with network.caller("idle"):
        assert container.terminate() < AT_ONCE
    assert not re.search("error|warning|traceback", container.log, re.IGNORECASE), container.log
    if combination["use_websockets"]:
        container = start(*options)
        container.wait_until_healthy()
        with network.caller("websocket"):
            assert container.terminate() < AT_ONCE, container.log


@pytest.mark.parametrize("combination", ON_SQLITE, ids=str)
def test_an_endless_request_does_not_outlast_the_grace_period(
    start: Callable[..., Container], network: Network
) -> None:
    container = start()
    container.wait_until_healthy()
    with network.caller("request"):
        assert container.terminate() < GRACE


@pytest.mark.parametrize("seconds", [0, 0.1, 0.3, 1])
@pytest.mark.parametrize("combination", ON_SQLITE, ids=str)
def test_a_stop_in_the_first_second_is_obeyed(start: Callable[..., Container], seconds: float) -> None:
    container = start()
    time.sleep(seconds)
    assert container.terminate() < AT_ONCE, container.log


@pytest.mark.parametrize("combination", ON_SQLITE, ids=str)
def test_a_server_without_the_entrypoint_misses_an_early_stop(
    start: Callable[..., Container], images: Images, image: str
) -> None:
    words = images.configuration(image)["Config"]["Cmd"]
    container = start(f"--entrypoint={words[0]}", words=words[1:])
    time.sleep(0.05)
    with pytest.raises(pytest.fail.Exception, match="not within"):
        container.terminate(AT_ONCE)


@pytest.mark.parametrize("combination", [c for c in ON_SQLITE if c["framework"] == "flask"], ids=str)
def test_a_server_that_writes_to_its_root_does_not_become_healthy(
    start: Callable[..., Container], images: Images, image: str
) -> None:
    words = images.configuration(image)["Config"]["Cmd"]
    place = words.index("--worker-tmp-dir")
    container = start(words=[*words[:place], *words[place + 2 :]])
    with pytest.raises(pytest.fail.Exception, match="not within"):
        container.wait_until_healthy(5)
