"""The recipes of a project's documents, followed literally: a subject is added, and the example is removed."""
# ruff: noqa: S608

import json
import re
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
import yaml
from combinations import STACK, Combination, one_per
from copier import run_copy
from documents import plain, scripts, section
from playing import Player, requests
from rendering import Projects, contents, copy_template
from serving import ADMIN, seed_nothing, serve
from suites import Runners, Workplace, environment, run, suite
from test_template import computed
from test_update import commit, edit, git, texts

LAYERS = ["snapshot", "contract", "pact", "e2e", "load"]
DATA = {"test_layers": LAYERS, "package_name": "bike", "license": "MIT"}
# How many lines a new subject may add to existing files.
MOST_LINES = 4


def add_above(file: Path, line: str) -> None:
    """Insert a line for notes above the corresponding line for resources."""
    source = file.read_text(encoding="utf-8")
    [found] = re.findall(rf"^ *{re.escape(line.replace('note', 'resource'))}\n", source, re.MULTILINE)
    file.write_text(source.replace(found, found.replace("resource", "note") + found), encoding="utf-8")


class Follower:
    """Follows the recipes of a project, on its own database."""

    def __init__(self, project: Path, combination: Combination, runners: Runners) -> None:
        """Take the folder of a project, which may not exist yet."""
        self.project = project
        self.combination = combination
        self.runners = runners
        self.database = project.with_name(f"{project.name}.db")
        self.url = f"sqlite:///{self.database}"

    def run(self, script: str, **variables: str) -> None:
        """Run a script; its `pytest` commands run through the runners."""
        for part in re.split(r"^(pytest.*\n)", script, flags=re.MULTILINE):
            if part.startswith("pytest"):
                self.test(*shlex.split(part)[1:])
            else:
                settings = environment(PYTHONPATH="src", DATABASE_URL=self.url, **variables)
                done = run(self.project, "sh", "-euc", part, **settings)
                assert done.returncode == 0, f"{part}\n{done.stdout}"

    def type(self, script: str) -> None:
        """Run a script as written, but without uv; tests do not use the project's development database."""
        if "pytest" not in script or re.match(r"uv run pytest", script):
            self.run(plain(script))
            return
        options = shlex.join(suite(self.project)[1:])
        settings = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS=options)
        done = run(self.project, "sh", "-euc", plain(script), **settings)
        assert done.returncode == 0, f"{script}\n{done.stdout}"

    def test(self, *options: str) -> None:
        """Run tests of the project."""
        outcome = self.runners.suite(self.combination["framework"], self.project, "-q", *options)
        assert outcome, f"{outcome.verdict}\n{outcome.output}"

    def check(self) -> None:
        """Run what CI runs in addition to the tests."""
        self.run("ruff check --no-cache\nruff format --no-cache --check\n")
        types = self.runners.types(self.project)
        assert types, types.output
        self.check_migrations()

    def check_migrations(self) -> None:
        """Check that the models have their migrations."""
        django = self.combination["framework"] == "django"
        self.run("python manage.py makemigrations --check\n" if django else "alembic check\n")

    def migrate(self) -> None:
        """Migrate the database."""
        self.run(computed(self.combination.data | DATA)["migrate"])

    def add_notes(self, tests: str = "") -> None:
        """Follow "Add a subject", and run all the tests, or some."""
        text = section(self.project, "Add a subject")
        copying, testing, *_ = scripts(text)
        self.run(copying)
        for name, line in re.findall(r"^\| `(\S+)` \| `(.+)` \|$", text, re.MULTILINE):
            add_above(self.project / name, line)
        self.run(re.sub(r"^pytest\b", f"pytest {tests}", testing, flags=re.MULTILINE))


@contextmanager
def following(folder: Path, combination: Combination, runners: Runners) -> Iterator[Follower]:
    """Commit a project, and migrate its database; remove the repository and the database at the end."""
    follower = Follower(folder, combination, runners)
    commit(follower.project, "Generated")
    follower.migrate()
    yield follower
    follower.database.unlink(missing_ok=True)
    shutil.rmtree(follower.project / ".git")


@pytest.fixture
def follower(
    projects: Projects, combination: Combination, workplace: Workplace, runners: Runners
) -> Iterator[Follower]:
    """Follows the recipes of a project with all layers."""
    with following(workplace.become(projects.get(combination.data | DATA)), combination, runners) as follower:
        yield follower
    # Otherwise the folder would stay, with nothing but bytecode.
    shutil.rmtree(follower.project / "src/bike/notes", ignore_errors=True)


with_resources = pytest.mark.parametrize(
    "combination", one_per("framework", example="resource", use_websockets=True), ids=str
)


def layers_of(project: Path, subject: str) -> set[str]:
    """Return the test layers of a subject."""
    return {file.parent.name for file in project.glob(f"tests/*/test_{subject}*.py")}


@with_resources
def test_a_subject_is_added_as_the_documents_say(follower: Follower) -> None:
    follower.add_notes()
    follower.check()

    project = follower.project
    counted = run(project, "git", "diff", "--numstat", "--", ":!tests/snapshot/__snapshots__", **environment()).stdout
    assert sum(int(number) for number in re.findall(r"^(\d+)\t0\t", counted, re.MULTILINE)) <= MOST_LINES, counted
    assert len(counted.splitlines()) == len(re.findall(r"^\d+\t0\t", counted, re.MULTILINE)), (
        "the recipe changes a line of an existing file"
    )
    assert layers_of(project, "resources") >= {"unit", "integration", "snapshot", "contract", "e2e"}
    assert layers_of(project, "notes") == layers_of(project, "resources")


@with_resources
def test_the_resources_are_removed_as_the_documents_say(follower: Follower) -> None:
    *_, removing = scripts(section(follower.project, "Remove the example"))
    follower.run(removing)
    follower.check()

    sources = {path: text for path, text in contents(follower.project).items() if not path.endswith((".md", ".yml"))}
    # `fastapi_swagger` has a folder named `resources` in its wheel.
    resource = rb"(?<!fastapi_swagger import )\bresources?\b(?!\.__path__)"
    assert not [path for path, text in sources.items() if re.search(resource, text)]
    run_nightly(follower)


def run_nightly(follower: Follower) -> None:
    """Run the nightly jobs of CI, for a shorter time."""
    workflow = yaml.safe_load((follower.project / ".github/workflows/nightly.yml").read_text(encoding="utf-8"))
    email, password = ADMIN
    variables = {"ADMIN_EMAIL": email, "ADMIN_PASSWORD": password, "API_EMAIL": email, "API_PASSWORD": password}
    for job in workflow["jobs"].values():
        follower.database.unlink(missing_ok=True)
        lines = [step["run"].replace("uv run ", "") for step in job["steps"] if "run" in step]
        serving = next(line for line in lines if "/health" in line)
        before, after = lines[: lines.index(serving)], lines[lines.index(serving) + 1 :]
        assert before[0] == "uv sync"
        for line in before[1:]:
            follower.run(f"{line}\n", **variables)
        with serve(follower.project, follower.url, empty=False) as (server, _):
            for line in after:
                short = line.replace("--max-examples 100", "--max-examples 5").replace(
                    "--run-time 2m", "--run-time 10s"
                )
                follower.run(short.replace("http://127.0.0.1:8000", server.url), **variables)
        assert after


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template as a tagged release, from which projects can be updated."""
    template = copy_template(tmp_path / "template")
    commit(template, "First release")
    git(template, "tag", "v1.0.0")
    return template


def begin(template: Path, follower: Follower, example: str) -> None:
    """Write a project, and commit it."""
    data = follower.combination.data | DATA | {"example": example}
    run_copy(str(template), follower.project, data=data, defaults=True, quiet=True)
    commit(follower.project, "Generated")
    follower.migrate()


def make_it_ours(follower: Follower) -> None:
    """Edit the project as an owner would, and add a subject."""
    project = follower.project
    edit(project / "README.md", "\n## ", "\nOurs.\n\n## ")
    for name in ("core/config.py", "accounts/schemas.py", "resources/schemas.py"):
        edit(project / "src/bike" / name, "\nfrom ", "\n# Ours.\nfrom ")
    (project / "src/bike/ours.py").write_text("OURS = 1\n", encoding="utf-8")
    follower.add_notes("tests/snapshot")
    commit(project, "Ours")


def query(database: Path, statement: str) -> list[tuple[object, ...]]:
    """Return the rows of a SQL statement, which is committed."""
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement).fetchall()


def in_common(project: Path) -> dict[str, str]:
    """Return a project's files without migrations, which depend on the earlier ones and the date."""
    return {path: text for path, text in texts(project).items() if "migrations/" not in path}


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="shop"), ids=str)
def test_the_shop_is_removed_as_the_documents_say(
    template: Path, tmp_path: Path, combination: Combination, runners: Runners
) -> None:
    shop, fresh = (Follower(tmp_path / name, combination, runners) for name in ("shop", "fresh"))
    for follower, example in ((shop, "shop"), (fresh, "resource")):
        begin(template, follower, example)
        make_it_ours(follower)
    django = combination["framework"] == "django"
    orders, notes = ("orders_order", "notes_note") if django else ("orders", "notes")
    seed = shlex.join(seed_nothing(shop.project)).replace("--users=0", "--users=9").replace("--orders=0", "--orders=30")
    shop.run(f"{seed}\n")
    old = tmp_path / "old.db"
    shutil.copy(shop.database, old)

    # The owner's migrations follow the shop's, so the last of the documented ways applies.
    ways = scripts(section(shop.project, "Remove the shop"))
    shop.run(ways[-1])

    # The rest equals a resource project with a subject added, which another test runs. Only the migrations differ.
    assert in_common(shop.project) == in_common(fresh.project)
    shop.check_migrations()
    shop.test("tests/integration", "-k", "migration")
    tables = {name for (name,) in query(shop.database, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert notes in tables
    assert not [table for table in tables if str(table).startswith(("order", "product"))]
    assert query(shop.database, f"SELECT count(*) FROM {notes}") == [(9,)]

    # A database that was not migrated still has the shop's tables, and still works.
    buyers = [id_ for (id_,) in query(old, f"SELECT DISTINCT user_id FROM {orders}")]
    assert buyers
    with serve(shop.project, f"sqlite:///{old}", empty=False) as (server, external):
        answers = Player(server.address, external).play(requests("resource"))
        statuses = {name: answer["status"] for name, answer in answers.items()}
        statuses |= {f"deleting user {id_}": status for id_, status in delete(server.address, buyers).items()}
        assert not {name: status for name, status in statuses.items() if status in {0, 500}}, server.output


def delete(address: str, users: list[object]) -> dict[object, int]:
    """Delete these users as an admin, and return the statuses."""
    headers = {"Content-Type": "application/json"}
    email, password = ADMIN
    with closing(HTTPConnection(address, timeout=30)) as connection:
        connection.request("POST", "/api/v1/login", json.dumps({"email": email, "password": password}), headers)
        headers["Authorization"] = f"Bearer {json.loads(connection.getresponse().read())['token']}"
        found = {}
        for user in users:
            connection.request("DELETE", f"/api/v1/users/{user}", headers=headers)
            response = connection.getresponse()
            response.read()
            found[user] = response.status
        return found


@pytest.mark.parametrize("combination", one_per("framework", example="shop", framework="flask"), ids=str)
def test_removing_the_shop_without_later_migrations_equals_a_fresh_resource_project(
    template: Path, tmp_path: Path, combination: Combination, runners: Runners
) -> None:
    shop, fresh = (Follower(tmp_path / name, combination, runners) for name in ("shop", "fresh"))
    begin(template, shop, "shop")
    begin(template, fresh, "resource")
    first, *_ = scripts(section(shop.project, "Remove the shop"))
    shop.run(first)
    assert texts(shop.project) == texts(fresh.project)
    shop.run("alembic check\n")
