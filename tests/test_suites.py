"""Each distinct project's own tests and types, run in the environment of the meta-tests.

Combinations whose projects differ only in files that no test reads share one run: the first that comes runs, the
others take its outcome. The suites hold `alembic check` themselves.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from combinations import COMBINATIONS, UNTESTED, Combination, axes
from filelock import FileLock
from rendering import Projects
from suites import environment, run, run_suite
from trees import digest

# Those that share a run lie far apart, so that no worker waits for what another is running.
FIRST = {axis.name: axis.answers[0] for axis in axes()}
ORDER = sorted(COMBINATIONS, key=lambda combination: [combination[name] != FIRST[name] for name in sorted(UNTESTED)])
every_combination = pytest.mark.parametrize("combination", ORDER, ids=str)

# Twice in a row and in three orders; the last time in two processes.
RUNS = [["--randomly-seed=1"], ["--randomly-seed=2"], ["--randomly-seed=3", "-n", "2"]]

Output = str
Once = Callable[[str, Callable[[Path, str], Output]], Output]


@pytest.fixture
def once(session_folder: Path, projects: Projects, combination: Combination) -> Once:
    """Run something for the first of the combinations with the same tree, and give what it said to all of them.

    What is run is given a copy of the project and the tree's name; it says nothing where it found nothing.
    """
    project = projects.get(combination.data)
    tree = digest(project)

    def once(name: str, what: Callable[[Path, str], Output]) -> Output:
        copy = session_folder / f"{name}-{tree}"
        said = copy.with_suffix(".json")
        with FileLock(copy.with_suffix(".lock")):
            if not said.exists():
                shutil.copytree(project, copy)
                said.write_text(json.dumps(what(copy, tree)))
        output: Output = json.loads(said.read_text())
        return output

    return once


@every_combination
def test_its_own_tests_pass(once: Once, combination: Combination, new_database: Callable[[str], str]) -> None:
    def run_them(project: Path, tree: str) -> Output:
        settings = {}
        if combination["database"] == "postgresql":
            settings["TEST_DATABASE_URL"] = new_database(f"shop_{tree}_test")
        for options in RUNS:
            done = run_suite(project, "-q", *options, **settings)
            if done.returncode:
                return f"{' '.join(options)}: exit code {done.returncode}\n{done.stdout}"
        return ""

    output = once("suite", run_them)
    assert not output, output


@every_combination
def test_its_types_hold(once: Once, pytestconfig: pytest.Config) -> None:
    # Workers that share mypy's cache would write it at once; projects that share it read the libraries once.
    worker = getattr(pytestconfig, "workerinput", {"workerid": "main"})["workerid"]

    def check_them(project: Path, _: str) -> Output:
        cache = f"--cache-dir={project.parent / f'mypy-{worker}'}"
        done = run(project, sys.executable, "-m", "mypy", cache, **environment())
        return done.stdout if done.returncode else ""

    output = once("types", check_them)
    assert not output, output


def test_the_combinations_that_share_a_run_differ_in_ci_alone(projects: Projects) -> None:
    trees: dict[str, set[tuple[object, ...]]] = {}
    for combination in COMBINATIONS:
        tested = tuple(answer for answer in combination.answers if answer[0] not in UNTESTED)
        trees.setdefault(digest(projects.get(combination.data)), set()).add(tested)
    assert all(len(answers) == 1 for answers in trees.values()), "an answer changes nothing that a test reads"
    assert len(trees) == len(set().union(*trees.values())), "CI changes a file that a test reads"
