"""Promises of a project's documents and files that its own tests do not cover: their commands are run literally."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from combinations import STACK, Combination, one_per
from documents import documents, plain
from faults import Fault
from rendering import Projects
from serving import ADMIN, SECRET, serve
from suites import Runners, Workplace, environment, run, write
from test_template import computed

each_stack = pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="shop"), ids=str)

# A port on which nothing listens.
DEAD = "http://127.0.0.1:1"
PROXIES = dict.fromkeys(["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"], DEAD)


@pytest.fixture
def render(projects: Projects, combination: Combination, workplace: Workplace) -> Callable[..., Path]:
    """Return the project of a combination, with these answers, in the worker's folder."""
    return lambda **answers: workplace.become(projects.get(combination.data | {"package_name": "shop"} | answers))


def command(project: Path, pattern: str) -> str:
    """Return the first command of the documents that matches a pattern, without `uv run`."""
    texts = "".join(documents(project).values()).replace("\\\n", "")
    found, *_ = re.findall(rf"^(?:.*`)?((?:\w+=(?:\$\(.*\)|\S+) )*uv run {pattern}[^`\n]*)", texts, re.MULTILINE)
    return plain(found)


def sh(project: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command with the project's package on the path."""
    return run(project, "sh", "-c", script, **environment(PYTHONPATH="src", **variables))


@contextmanager
def started(project: Path, script: str, **variables: str) -> Iterator[Callable[[str], str]]:
    """Start a server, and yield a function that waits for a pattern in its output; terminate it at the end."""
    log = project / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            ["sh", "-c", f"exec {script}"],
            cwd=project,
            env=environment(PYTHONPATH="src", **variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_for(pattern: str) -> str:
        deadline = time.monotonic() + 60
        while not re.search(pattern, said := log.read_text(encoding="utf-8")):
            assert server.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        return said

    try:
        yield wait_for
        server.terminate()
        server.wait(30)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.mark.parametrize(
    "combination",
    [c for c in one_per("framework", "use_websockets", example="shop") if computed(c.data)["wsgi"]],
    ids=str,
)
def test_gunicorn_has_the_workers_that_its_settings_say_and_leaves_nothing_behind(
    render: Callable[..., Path], combination: Combination, tmp_path: Path
) -> None:
    project = render()
    home = tmp_path / "home"
    home.mkdir()
    serving = f"{command(project, 'gunicorn')} --bind 127.0.0.1:0"
    workers = 3

    for place in (str(home), "/dev/null/home"):  # as in the image, whose user has no home
        settings = {"HOME": place, "XDG_RUNTIME_DIR": place, "DATABASE_URL": "sqlite:///test.db", "SECRET_KEY": SECRET}
        if combination["use_websockets"]:
            settings["REDIS_URL"] = "redis://127.0.0.1:1"  # nothing connects to it here
        with started(project, serving, WEB_CONCURRENCY="3", **settings) as wait_for:
            wait_for(rf"(?s)(Booting worker.*){{{workers}}}")
            time.sleep(1)  # for a worker too many, and for errors after the start
        said = wait_for("Shutting down")
        assert said.count("Booting worker") == workers
        assert not re.search("error|warning", said, re.IGNORECASE), said

    assert not list(home.rglob("*"))


@pytest.mark.parametrize("combination", one_per("framework", example="shop"), ids=str)
def test_an_unused_snapshot_fails_every_run_that_would_have_used_it(
    render: Callable[..., Path], combination: Combination, runners: Runners
) -> None:
    project = render(test_layers=["snapshot", "load"])
    for file in [*project.glob("tests/unit/test_*.py"), *project.glob("tests/integration/test_*.py")]:
        file.unlink()

    def exit_codes(*runs: str) -> list[object]:
        said = [runners.suite(combination["framework"], project, "-q", *options.split()) for options in runs]
        return [outcome.exit_code for outcome in said]

    snapshots = project / "tests/snapshot/__snapshots__/test_accounts"
    assert exit_codes("") == [0]
    write(
        snapshots / "test_registering_returns_the_user.1.json", b"{}\n"
    )  # the name of a second snapshot in the same test
    assert exit_codes("", "-k health") == [1, 0]
    (snapshots / "test_registering_returns_the_user.1.json").unlink()
    write(snapshots / "test_gone.json", b"{}\n")
    assert exit_codes("", "--cov --cov-fail-under=0", "-n 2", "tests/snapshot") == [1, 1, 1, 1]
    assert exit_codes("-k health", "tests/performance", "-m performance") == [0, 0, 0]


# A new column, by whether it is Django. For SQLAlchemy it has a custom type, which Alembic writes with its module.
MODELS = "src/shop/accounts/models.py"
CHANGES = {
    True: [
        (
            "    age = models.",
            '    nickname = models.CharField(max_length=20, default="", db_index=True)\n    age = models.',
        ),
    ],
    False: [
        ("import ForeignKey, String", "import ForeignKey, String, TypeDecorator"),
        ("class User(", "class Nickname(TypeDecorator[str]):\n    impl = String\n    cache_ok = True\n\n\nclass User("),
        ("    age:", "    nickname: Mapped[str | None] = mapped_column(Nickname(20), index=True)\n    age:"),
    ],
}
MESSAGES = [
    "Größe \N{EN DASH} l\N{RIGHT SINGLE QUOTATION MARK}été",
    "日本語",
    'say "hi"',
    '"""',
    '""""quotes""""',
    "back\\slash \\N{x} \\",
    "two\nlines ",
    "  ${x} %(here)s {{ a }} <% z %> # TODO: x = 1",
    "long " * 40,
]


Migrate = Callable[[str], None]


@pytest.fixture
def do(render: Callable[..., Path], combination: Combination, new_database: Callable[[str], str]) -> Migrate:
    """Run a command in a project, on its own migrated database."""
    project = render(test_layers=[])
    url = f"sqlite:///{project}/test.db"
    if combination["database"] == "postgresql":
        url = new_database("_".join(["promise", *map(str, combination.stack), "test"]))

    def do(script: str) -> None:
        done = sh(project, script, DATABASE_URL=url)
        assert done.returncode == 0, f"{script}\n{done.stdout}"

    do(computed(combination.data)["migrate"])
    return do


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), "database", example="shop"), ids=str)
def test_a_new_migration_passes_the_checks_of_the_readme(
    do: Migrate, combination: Combination, workplace: Workplace
) -> None:
    project, migrate = workplace.folder, computed(combination.data)["migrate"]
    django = combination["framework"] == "django"
    for old, new in CHANGES[django]:
        Fault("", MODELS, old, new, "", "").plant(project)
    do(f"ruff check --fix {MODELS}")
    do(command(project, "(?:alembic revision|python manage.py makemigrations)"))
    do(migrate)
    if django:
        do("python manage.py makemigrations --name größe --empty accounts")
        do("python manage.py makemigrations --name Other --empty orders")
        other = next(project.glob("src/shop/accounts/migrations/*größe.py"))
        write(other.with_name("0003_other.py"), other.read_bytes())
        do("python manage.py makemigrations --merge --noinput")
    else:
        do("alembic revision --message branch --splice --head 0001")
        do("alembic merge heads --message both")
    do(migrate)
    do("ruff check")
    do("ruff format --check")


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="shop")[:1], ids=str)
def test_a_revision_takes_any_message(do: Migrate, workplace: Workplace) -> None:
    written = len(list(workplace.folder.glob("migrations/versions/*.py")))
    for message in MESSAGES:
        do(f"alembic revision --message {shlex.quote(message)}")
    do("alembic revision")
    do("alembic upgrade head")
    do("ruff check")
    do("ruff format --check")
    assert len(list(workplace.folder.glob("migrations/versions/*.py"))) == written + len(MESSAGES) + 1


@each_stack
def test_schemathesis_runs_again_and_again_on_one_database(
    projects: Projects, combination: Combination, tmp_path: Path
) -> None:
    project = projects.copy(combination.data | {"test_layers": ["contract", "e2e"]}, tmp_path / "project")
    # Only the stateful phase, which follows links, can find the caller's own id.
    options = "--phases stateful --max-examples 30"
    email, password = ADMIN
    with serve(project, f"sqlite:///{tmp_path}/test.db") as (server, _):
        line = command(project, "schemathesis").replace("http://127.0.0.1:8000", server.url)
        for seed in (1, 2):
            script = f"{line} {options} --seed {seed}"
            done = sh(project, script, API_EMAIL=email, API_PASSWORD=password, **PROXIES)
            assert done.returncode == 0, done.stdout
        changed = re.findall(r'"(?:PUT|DELETE) /api/v1/users/(\S+) HTTP', server.output)
        assert set(changed) == {"0"}, "it may change or delete the caller"


# Simulates a slow machine that hashes one password at a time.
SLOW_HASHING = """

def _slow(call):
    def slowed(*args):
        with _cpu:
            time.sleep(SECONDS)
            return call(*args)

    return slowed


import threading
import time

_cpu = threading.Lock()
hasher.hash, hasher.verify = _slow(hasher.hash), _slow(hasher.verify)
"""


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="shop")[:1], ids=str)
@pytest.mark.parametrize(
    ("seconds", "options", "exit_code", "said"),
    [
        (0.3, "--users 24 --run-time 25s", 0, "Response times not judged, fewer than 20 requests: "),
        (2.2, "--users 24 --run-time 25s --min-requests 3", 1, "POST /api/v1/register took"),
    ],
    ids=["slow at the start", "slow"],
)
def test_a_load_test_judges_the_server_and_not_the_rush_at_its_start(
    projects: Projects,
    combination: Combination,
    tmp_path: Path,
    seconds: float,
    options: str,
    exit_code: int,
    said: str,
) -> None:
    project = projects.copy(combination.data | {"package_name": "shop", "test_layers": ["load"]}, tmp_path / "project")
    with (project / "src/shop/accounts/passwords.py").open("a") as file:
        file.write(SLOW_HASHING.replace("SECONDS", str(seconds)))
    email, password = ADMIN
    with serve(project, f"sqlite:///{tmp_path}/test.db") as (server, _):
        line = command(project, "locust --host").replace("http://127.0.0.1:8000", server.url)
        admin = f"--admin-email {email} --admin-password '{password}'"
        done = sh(project, f"{line} --spawn-rate 5 {admin} {options}", **PROXIES)
    assert done.returncode == exit_code, done.stdout
    assert said in done.stdout


def test_the_documents_have_each_threshold_of_a_load_test(projects: Projects) -> None:
    project = projects.get({"test_layers": ["load"]})
    options = (
        "from locust.argument_parser import LocustArgumentParser; from tests.load.thresholds import add_options\n"
        "parser = LocustArgumentParser(); add_options(parser)\n"
        "for action in parser._actions: print(action.option_strings[0], action.default, action.env_var or '')"
    )
    declared = [line.split() for line in sh(project, f"python -c {shlex.quote(options)}").stdout.splitlines()]
    thresholds = [option for option in declared if len(option) == 3]
    assert len(thresholds) >= 5, declared
    load = (project / "docs/load.md").read_text(encoding="utf-8")
    compose = yaml.safe_load((project / "compose.load.yaml").read_text(encoding="utf-8"))
    for option, default, variable in thresholds:
        assert f"| `{option}` | `{default}` |" in load
        assert variable in compose["services"]["master"]["environment"]


@pytest.fixture(scope="module")
def served(projects: Projects, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any]]:
    """A project with every file that contains a health check, and its running server."""
    folder = tmp_path_factory.mktemp("served")
    combination = one_per(*sorted(STACK), example="shop")[0]
    layers = {"test_layers": ["contract", "load"]}
    project = projects.copy(combination.data | layers | {"ci": "github"}, folder / "project")
    gitlab = projects.get(combination.data | layers | {"ci": "gitlab"})
    write(project / ".gitlab-ci.yml", (gitlab / ".gitlab-ci.yml").read_bytes())
    with serve(project, f"sqlite:///{folder}/test.db") as (server, _):
        yield project, server


def health_check(project: Path) -> str:
    """Return the command of the image's health check."""
    dockerfile = (project / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (found,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", dockerfile, re.MULTILINE)
    return shlex.join(json.loads(found))


def github_waits(project: Path) -> str:
    """Return the line of the nightly workflow that waits until the server is healthy."""
    workflow = yaml.safe_load((project / ".github/workflows/nightly.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    (line,) = {step["run"].splitlines()[-1] for step in steps if step.get("name") == "Serve the app"}
    return str(line)


def gitlab_waits(project: Path) -> str:
    """Return the line of GitLab's scheduled jobs that waits until the server is healthy."""
    jobs = yaml.safe_load((project / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    return str(jobs[".serve"][-1]).replace("uv run ", "")


@pytest.mark.parametrize("asking", [health_check, github_waits, gitlab_waits])
def test_health_checks_bypass_proxies(served: tuple[Path, Any], asking: Callable[[Path], str]) -> None:
    project, server = served
    line = asking(project)
    assert "127.0.0.1:8000" in line
    # Give up sooner.
    line = line.replace("timeout 30", "timeout 5").replace("--retry 30", "--retry 3")

    asked = sh(project, line.replace("127.0.0.1:8000", server.address), **PROXIES)
    assert asked.returncode == 0, asked.stdout
    nobody = sh(project, line.replace("127.0.0.1:8000", "127.0.0.1:1"))
    assert nobody.returncode != 0, nobody.stdout
