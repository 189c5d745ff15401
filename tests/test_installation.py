"""Each stack is installed from nothing and used as its README says: every command, in order."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per
from documents import fenced
from rendering import Projects
from suites import Workplace, environment, run
from test_template import computed

DATA = {"python_version": "3.11", "package_name": "shop"}
EXPECTED = {"uv sync", "uv run ruff check", "uv run ruff format --check", "uv run mypy"}


def commands(readme: str) -> list[str]:
    """Return the commands of the README's shell blocks."""
    return [line for block in fenced(readme, "sh") for line in block.splitlines()]


def serve(project: Path, command: str, variables: dict[str, str], requests: str = "") -> None:
    """Start a server by a command, on a free port; check its health, then run the shell commands in `requests`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # Django takes the port as a positional argument.
    options = [str(port)] if "runserver" in command else ["--port", str(port)]
    with (project / "server.log").open("w+") as log:
        # With reloading, the server is a grandchild, so its whole process group is killed.
        server = subprocess.Popen(
            [*shlex.split(command), *options],
            cwd=project,
            env=variables,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 60
            while server.poll() is None and time.monotonic() < deadline:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                        assert json.load(answer) == {"status": "ok"}
                except OSError:
                    time.sleep(0.1)
                    continue
                script = requests.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")
                done = run(project, "sh", "-euc", script, **variables | {"no_proxy": "*"})
                assert done.returncode == 0, done.stdout
                return
            log.seek(0)
            pytest.fail(f"{command}\n{log.read()}")
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture(scope="module")
def home(session_folder: Path, worker_id: str) -> Path:
    """Where projects are installed: on the same disk as uv's cache, so that uv can link to it."""
    return (session_folder / "disk").resolve() / worker_id


@pytest.fixture
def project(home: Path, projects: Projects, combination: Combination) -> Iterator[Path]:
    """A project, removed at the end with all that its tools leave: the next one uses the same folder."""
    place = Workplace(home / "project")
    yield place.become(projects.get(combination.data | DATA))
    shutil.rmtree(place.folder)


# Each stack with each example and on each database.
INSTALLED = [
    combination
    for combination in one_per("example", *sorted(STACK), "database")
    if (combination["example"] == "shop") == (combination["database"] == "sqlite")
]


@pytest.mark.parametrize("combination", INSTALLED, ids=str)
def test_it_works_as_its_readme_says(
    project: Path, home: Path, combination: Combination, new_database: Callable[[str], str]
) -> None:
    # Use the current interpreter, which every project has to support. All projects use the same folder, so that shared
    # libraries are compiled, and their types read, once.
    kept = {"PYTHONPYCACHEPREFIX": f"{home}/compiled", "MYPY_CACHE_DIR": f"{home}/types"}
    variables = environment(UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never", **kept)
    variables.pop("VIRTUAL_ENV", None)
    developing, testing = dict(variables), dict(variables)
    if combination["database"] == "postgresql":
        name = "_".join(map(str, combination.stack))
        developing["DATABASE_URL"] = new_database(f"{name}_development")
        if os.geteuid() == 0:  # as another user, the tests start their own server
            testing["TEST_DATABASE_URL"] = new_database(f"{name}_installed_test")
    ran = set()
    written = commands((project / "README.md").read_text(encoding="utf-8"))
    requests = [command for command in written if "curl " in command]
    assert requests
    for command in written:
        if command.startswith("docker ") or command in requests:  # the databases are made above
            continue
        if command == f"uv run {computed(combination.data | DATA)['develop']}":
            serve(project, command, developing, "\n".join(requests))
        else:
            done = run(project, *shlex.split(command), **testing if "pytest" in command else developing)
            assert done.returncode == 0, f"{command}\n{done.stdout}"
        ran.add(command)
    assert ran >= EXPECTED, "the README leaves a step out"
    assert any(command.startswith("uv run pytest") for command in ran), "the README does not say how to test"
