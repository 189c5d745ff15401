"""The recipes of a project's README, followed to the letter: a subject is added, and the example is removed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from combinations import Combination, one_per
from rendering import Projects, contents
from suites import Runners, Workplace, environment, run
from test_template import computed
from test_update import commit

LAYERS = {"test_layers": ["snapshot", "contract", "pact", "e2e", "load"]}
SNAPSHOTS = "tests/snapshot/__snapshots__/"
MOST_LINES = 4


def section(project: Path, title: str) -> str:
    """Return a section of a project's README."""
    return (project / "README.md").read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def scripts(text: str) -> list[str]:
    """Return the blocks of a shell, as they are without uv."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"\b(uv run|uvx) ", "", block) for block in blocks]


def lines(text: str) -> list[tuple[str, str]]:
    """Return the files and the lines to add of a table."""
    return re.findall(r"^\| `(\S+)` \| `(.+)` \|$", text, re.MULTILINE)


def sh(project: Path, script: str, **variables: str) -> str:
    """Run a script in a project on a database of its own, and return what it says."""
    settings = {"PYTHONPATH": "src", "DATABASE_URL": f"sqlite:///{project.parent}/recipe.db"} | variables
    done = run(project, "sh", "-euc", script, **environment(**settings))
    assert done.returncode == 0, f"{script}\n{done.stdout}"
    return done.stdout


def add_line(project: Path, name: str, line: str) -> None:
    """Put a line above the same line of `resources`."""
    file = project / name
    old = line.replace("note", "resource").replace("Note", "Resource")
    source = file.read_text(encoding="utf-8")
    found = re.findall(rf"^([ ]*){re.escape(old)}\n", source, re.MULTILINE)
    assert len(found) == 1, f"{name} has no line {old}"
    above = f"{found[0]}{old}\n"
    file.write_text(source.replace(above, f"{found[0]}{line}\n{above}"), encoding="utf-8")


class Follower:
    """Someone who follows the recipes of a project."""

    def __init__(self, project: Path, combination: Combination, runners: Runners) -> None:
        """Begin in a project."""
        self.project = project
        self.combination = combination
        self.runners = runners

    def run(self, script: str, *, tested: bool = True) -> None:
        """Run a script; where it runs the tests, they are run as everywhere here, or left out."""
        for part in re.split(r"^(pytest.*\n)", script, flags=re.MULTILINE):
            if not part.startswith("pytest"):
                sh(self.project, part)
            elif tested:
                self.test(*shlex.split(part)[1:])

    def test(self, *options: str) -> None:
        """Run tests of the project."""
        outcome = self.runners.suite(self.combination["framework"], self.project, "-q", *options)
        assert outcome, f"{outcome.verdict}\n{outcome.output}"

    def check(self) -> None:
        """Run what CI runs besides the tests."""
        sh(self.project, "ruff check --no-cache && ruff format --no-cache --check && mypy --cache-dir=/dev/null")

    def add_notes(self, *, tested: bool = True) -> None:
        """Follow `Add a subject`."""
        text = section(self.project, "Add a subject")
        copying, testing = scripts(text)
        self.run(copying)
        for file, line in lines(text):
            add_line(self.project, file, line)
        self.run(testing, tested=tested)


@pytest.fixture
def follower(
    projects: Projects, combination: Combination, workplace: Workplace, runners: Runners
) -> Iterator[Follower]:
    """Someone in a project with all layers, and a database of its own that is migrated."""
    data = combination.data | LAYERS | {"package_name": "bike"}
    project = workplace.become(projects.get(data))
    commit(project, "Generated")
    database = project.parent / "recipe.db"
    database.unlink(missing_ok=True)
    sh(project, computed(data)["migrate"])
    yield Follower(project, combination, runners)
    database.unlink()
    sh(project, "rm -rf .git")


@pytest.mark.parametrize("combination", one_per("framework", example="resource", use_websockets=True), ids=str)
def test_a_subject_is_added_as_the_readme_says(follower: Follower) -> None:
    project = follower.project
    follower.add_notes()
    follower.check()
    follower.test("-m", "load")

    changed = [line.split("\t") for line in sh(project, "git diff --numstat").splitlines()]
    counted = {file: int(added) + int(deleted) for added, deleted, file in changed if not file.startswith(SNAPSHOTS)}
    assert sum(counted.values()) <= MOST_LINES, counted
    paths = contents(project).keys()
    layers = {path.split("/")[1] for path in paths if re.match(r"tests/\w+/test_resources\w*\.py", path)}
    assert layers >= {"unit", "integration", *LAYERS["test_layers"]} - {"load"}
    assert {path.split("/")[1] for path in paths if re.match(r"tests/\w+/test_notes\w*\.py", path)} == layers
