"""A project's documents are short, have no broken links, and their commands and examples work as they say."""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from itertools import chain
from pathlib import Path

import pytest
from combinations import ROOT, STACK, Combination, one_per
from documents import broken_links, commands, documents, fenced, headings, plain, section, shown
from rendering import Projects
from serving import ADMIN, serve
from suites import Runners, Workplace, environment, run, write
from test_installation import serve as serve_as_written
from test_recipes import DATA, Follower, following
from test_template import computed

LONGEST = {"README.md": 80, "AGENTS.md": 60}
# The heading for each task of an owner.
QUESTIONS = {
    "add an endpoint": "Add an endpoint",
    "write a migration": "Write a migration",
    "add a setting": "Add a setting",
    "add a factory": "Add a factory",
    "mock a second service": "Mock a second service",
    "find why a test is flaky": "Debug a flaky test",
    "accept a snapshot that changed": "Accept a changed snapshot",
    "make a slow suite fast": "Speed up a slow suite",
    "move to a new Python": "Move to a new Python",
    "go on when PostgreSQL's port is taken": "PostgreSQL's port is taken",
    "deploy": "Deploy",
    "update": "Update",
}
# Patterns of commands that are not run here, each with the reason, or the test that runs them.
NOT_HERE = {
    r"docker ": "needs Docker's daemon: tests/real builds and runs the image",
    r"export SECRET_KEY|docker build": "needs Docker's daemon: tests/real builds and runs the image",
    r"export LOCUST_HOST": "needs Docker's daemon",
    r"TEST_DATABASE_URL": "needs a server: test_suites.py runs the suites on one",
    r"pip install": "fetches packages: test_installation.py installs the same groups by uv",
    r"uv sync": "fetches packages: test_installation.py runs it",
    r"export API_EMAIL": "test_promises.py runs it on a server",
    r"uv run locust --host": "test_promises.py runs it on a server",
    r"uv run pytest -m load": "takes a minute: test_recipes.py runs it, as CI does each night",
    r"uv run --python": "fetches a Python: CI runs the suites on each",
    r"uv run locust (--master|--worker)": "needs several machines: tests/load of the project runs them on one",
    r"uvx copier update": "test_recipes.py and test_update.py update projects",
    r"for path in src|perl ": "test_recipes.py follows the recipes",
    r"uv run (alembic downgrade|python manage.py migrate \w+ zero)": "test_recipes.py follows the recipes",
    r"curl --silent http://127.0.0.1:8000/api/v1/login": "test_installation.py runs it on the server of the README",
    r"uv run ruff check --fix && ": "test_recipes.py follows the recipes",
    r"uvx websockets": "reads from the terminal: `talk` in this module runs it",
}
# Replacements that shorten a command, and that sign in the admin of these tests.
SHORTER = [
    (
        r"CONTRACT_EXAMPLES=100 uv run pytest tests/contract\b",
        "CONTRACT_EXAMPLES=4 uv run pytest tests/contract -k ids",
    ),
    (r"admin@example.com", ADMIN[0]),
    (r"change-me-please", f"'{ADMIN[1]}'"),
]

each_framework = pytest.mark.parametrize(
    "combination", one_per("framework", example="shop", database="sqlite", use_websockets=True), ids=str
)
DOCUMENTED = [
    pytest.param(
        combination.data | {"test_layers": layers, "ci": ci, "license": "none"}, id=f"{combination}-{ci}-{len(layers)}"
    )
    for combination in one_per("example", *sorted(STACK), "database", "use_websockets")
    for layers in (DATA["test_layers"], [])
    for ci in ("github", "none")
]


@pytest.mark.parametrize("data", DOCUMENTED)
def test_the_documents_are_short_and_have_no_broken_links(projects: Projects, data: dict[str, object]) -> None:
    project = projects.get(data)
    texts = documents(project)
    lines = {path: texts[path].count("\n") for path in LONGEST}
    assert not {path: count for path, count in lines.items() if count > LONGEST[path]}
    assert not list(broken_links(texts, project))
    formatted = run(project, "ruff", "format", "--no-cache", "--check", *texts, **environment())
    assert formatted.returncode == 0, formatted.stdout
    linked = set(re.findall(r"\(docs/([\w-]+)\.md\)", texts["README.md"])) | set(
        re.findall(r"\(([\w-]+)\.md\)", texts["docs/testing.md"] + texts["docs/remove-the-example.md"])
    )
    assert {path.removeprefix("docs/").removesuffix(".md") for path in texts if path.startswith("docs/")} <= linked


def test_the_templates_documents_have_no_broken_links() -> None:
    files = [*ROOT.glob("*.md"), *ROOT.glob("tests/*.md")]
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    assert not list(broken_links(texts, ROOT))


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), database="postgresql", example="shop"), ids=str)
def test_each_task_has_a_heading_in_one_document(projects: Projects, combination: Combination) -> None:
    texts = documents(projects.get(combination.data | DATA))
    places = {
        heading: [path for path, text in texts.items() if heading in headings(text)] for heading in QUESTIONS.values()
    }
    assert not {heading: found for heading, found in places.items() if len(found) != 1}
    counted = [heading for path, text in texts.items() if path != "AGENTS.md" for heading in headings(text)]
    twice = {heading for heading in counted if counted.count(heading) > 1} - {"How a failure reads"}
    assert not twice


def test_every_excluded_pattern_matches_a_command(projects: Projects) -> None:
    combinations = one_per(*sorted(STACK), "ci", example="shop", use_websockets=True, database="postgresql")
    found = {
        line
        for c in combinations
        for text in documents(projects.get(c.data | DATA)).values()
        for line in commands(text)
    }
    assert not [pattern for pattern in NOT_HERE if not any(re.match(pattern, line) for line in found)]


def test_fastapis_documents_have_the_same_commands_for_async_and_sync(projects: Projects) -> None:
    chosen = one_per("database_access", framework="fastapi", example="shop", database="sqlite", use_websockets=True)
    found = [[commands(text) for text in documents(projects.get(c.data | DATA)).values()] for c in chosen]
    assert len(found) == 2
    assert found[0] == found[1], "run the commands of both in test_every_command_works"


@pytest.fixture
def follower(
    projects: Projects, combination: Combination, workplace: Workplace, runners: Runners
) -> Iterator[Follower]:
    """Runs the commands of a project's documents."""
    with following(workplace.become(projects.get(combination.data | DATA)), combination, runners) as follower:
        yield follower
    (follower.project / ".env").unlink(missing_ok=True)


def shorten(command: str) -> str:
    """Shorten a command: run only the unit tests where it selects none."""
    for pattern, shorter in SHORTER:
        command = re.sub(pattern, shorter, command)
    lines = []
    for line in command.splitlines():
        words = shlex.split(line.partition(" || ")[0]) if "pytest" in line else []
        everything = "pytest" in words and "-k" not in words and not any("tests/" in word for word in words)
        # Insert the folder after `pytest`: at the end, `--cov` would take it as its value.
        short = line.replace("pytest", "pytest tests/unit", 1).replace("--cov", "--cov --cov-fail-under=0")
        lines.append(short if everything else line)
    return "\n".join(lines) + "\n"


@each_framework
def test_every_command_works(follower: Follower, tmp_path: Path) -> None:
    project = follower.project
    texts = documents(project)
    wanted = list(dict.fromkeys(chain.from_iterable(map(commands, texts.values()))))
    here = [command for command in wanted if not any(re.match(pattern, command) for pattern in NOT_HERE)]
    starting = {f"uv run {computed(follower.combination.data | DATA)[name]}\n" for name in ("serve", "develop")}
    settings = {"PYTHONPATH": "src", "DATABASE_URL": follower.url}
    faults = {fault.command for text in texts.values() for fault in shown(text)}

    for command in here:
        if command not in starting and plain(command) not in faults:
            follower.type(shorten(command))
    for command in starting & {*here}:
        if "gunicorn" not in command:  # test_promises.py runs it
            serve_as_written(project, plain(command).strip(), environment(**settings))
    with serve(project, f"sqlite:///{tmp_path}/served.db") as (server, _):
        if "docs/websocket.md" in texts:
            talk(follower, server.url, texts["docs/websocket.md"])


def talk(follower: Follower, url: str, text: str) -> None:
    """Run the websocket document's command, send its messages, and check that the replies are as documented."""
    (script,) = [plain(command) for command in commands(text) if "websockets" in command]
    subscribe, subscribed, event, error = (json.loads(block) for block in fenced(text, "json"))
    with closing(HTTPConnection(url.removeprefix("http://"), timeout=30)) as connection:
        body = json.dumps(dict(zip(("email", "password"), ADMIN, strict=True)))
        connection.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
        token = json.load(connection.getresponse())["token"]
    creating = f"curl --silent {url}/api/v1/resources --json '{json.dumps({'name': 'Chair'})}'"
    creating += ' --header "Authorization: Bearer $TOKEN" >&2'
    saying = f"printf '%s\\n' '{json.dumps(subscribe)}' '{{}}'"
    typed = f"(sleep 1; {saying}; sleep 1; {creating}; sleep 1) | timeout 20 {script}"
    typed = typed.replace("ws://127.0.0.1:8000", url.replace("http", "ws"))
    done = run(follower.project, "sh", "-c", typed, **environment(TOKEN=token, no_proxy="*"))
    assert json.dumps(subscribed) in done.stdout, done.stdout
    assert json.dumps(error) in done.stdout, done.stdout
    [sent] = [json.loads(line) for line in re.findall(r'{"type": "event".*}', done.stdout)]
    assert (event.keys(), event["data"].keys()) == (sent.keys(), sent["data"].keys())


@each_framework
def test_a_fault_is_reported_as_the_documents_show(follower: Follower) -> None:
    project = follower.project
    faults = [fault for text in documents(project).values() for fault in shown(text)]
    assert len(faults) >= len(DATA["test_layers"]) + 2
    wrong = {}
    for fault in faults:
        before = fault.plant(project)
        options = shlex.split(fault.command)[1:]
        outcome = follower.runners.suite(follower.combination["framework"], project, "--color=no", *options)
        write(project / fault.file, before)
        assert not outcome, fault.command
        if missing := fault.missing(outcome.output):
            wrong[f"{fault.command} with {fault.file}"] = (missing, outcome.output[-3000:])
    assert not wrong


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="resource"), ids=str)
def test_an_endpoint_is_added_as_the_documents_say(follower: Follower) -> None:
    text = section(follower.project, "Add an endpoint")
    parts = re.findall(r"`(src/\S+\.py)`:\n\n```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(parts) == 2
    for path, code in parts:
        file = follower.project / path
        write(file, f"{file.read_text(encoding='utf-8')}\n\n{code}".encode())
    follower.run("ruff check --no-cache\nruff format --no-cache --check\n")
    follower.test("tests/contract", "-k", "exercised or workflows")
    types = follower.runners.types(follower.project)
    assert types, types.output
