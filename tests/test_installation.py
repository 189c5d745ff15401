"""Each stack on each database, installed as its own README says: from its pyproject.toml into an empty environment."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per
from rendering import Projects
from suites import environment, run

COMMANDS = ["uv sync", "uv run pytest", "uv run ruff check", "uv run ruff format --check", "uv run mypy"]


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), "database"), ids=str)
def test_it_works_as_its_readme_says(
    projects: Projects, tmp_path: Path, combination: Combination, new_database: Callable[[str], str]
) -> None:
    # The environment is one for the interpreter at hand, which every project has to accept.
    project = projects.copy(combination.data | {"python_version": "3.11"}, tmp_path / "project")
    readme = (project / "README.md").read_text(encoding="utf-8")
    variables = environment(UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never")
    variables.pop("VIRTUAL_ENV", None)
    if combination["database"] == "postgresql" and os.geteuid() == 0:  # as anyone else, the tests start their own
        variables["TEST_DATABASE_URL"] = new_database(f"{'_'.join(map(str, combination.stack))}_installed_test")
    for command in COMMANDS:
        assert re.search(rf"^ *{command}\b", readme, re.MULTILINE), f"the README does not say `{command}`"
        done = run(project, *command.split(), **variables)
        assert done.returncode == 0, f"{command}\n{done.stdout}"
