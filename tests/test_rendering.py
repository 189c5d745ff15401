"""Every combination, rendered without trust: that what comes out is whole, tidy and valid."""

import re
import subprocess
from pathlib import Path

import pytest
from combinations import COMBINATIONS, Combination
from rendering import Projects, files
from test_questionnaire import parse

every_combination = pytest.mark.parametrize("combination", COMBINATIONS, ids=str)

# Dependencies that the application never imports: what serves it, what that needs for websockets, and the drivers,
# which SQLAlchemy takes by their name in a URL.
NEVER_IMPORTED = ["uvicorn", "websockets", "aiosqlite", "asyncpg", "psycopg"]
# As Jinja is written here, and as the braces of an f-string are not.
JINJA = re.compile(r"{{[\s\w-]|{%|{#")


@pytest.fixture
def project(projects: Projects, combination: Combination) -> Path:
    """The project of a combination, to be read."""
    return projects.get(combination.data)


def check(project: Path, *command: str) -> None:
    """Run a tool in a project, and fail with what it says unless it finds nothing."""
    done = subprocess.run(command, check=False, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@every_combination
def test_every_file_is_whole(project: Path) -> None:
    for file in files(project):
        text = file.read_text(encoding="utf-8")
        parse(file)
        without_workflow_expressions = text.replace("${{", "") if ".github" in file.parts else text
        assert not JINJA.search(without_workflow_expressions), f"Jinja is left in {file}"
        assert not text or re.search(r"\S\n\Z", text), f"{file} does not end with exactly one line break"
        assert not re.search(r"[ \t]$", text, re.MULTILINE), f"{file} has blanks at the end of a line"


@every_combination
def test_nothing_is_left_of_the_template(project: Path) -> None:
    for file in files(project):
        text = file.read_text(encoding="utf-8")
        if file.name == "README.md":
            text = re.sub(r"^## Updat.*?(?=^## |\Z)", "", text, flags=re.MULTILINE | re.DOTALL)
        assert file.name == ".copier-answers.yml" or "copier" not in text.lower(), f"{file} speaks of the template"


@every_combination
def test_ruff_finds_nothing(project: Path) -> None:
    check(project, "ruff", "check", "--no-cache", "--quiet")
    check(project, "ruff", "format", "--no-cache", "--quiet", "--diff")


@every_combination
def test_the_declared_dependencies_are_the_imported_ones(project: Path) -> None:
    served = [name for name in ("src", "migrations") if (project / name).is_dir()]
    never = "DEP002=" + "|".join(NEVER_IMPORTED)
    # The seed command says itself what to install where Faker, a development dependency, is missing.
    check(project, "deptry", "--no-ansi", *served, "--per-rule-ignores", f"{never},DEP004=faker")
    # Tests may use what the development groups declare; only what nobody declares is an error there.
    check(project, "deptry", "--no-ansi", *served, "tests", "--ignore", "DEP002,DEP004")


@every_combination
def test_the_workflow_is_valid(project: Path, combination: Combination) -> None:
    workflows = sorted(str(path) for path in project.glob(".github/workflows/*.yml"))
    assert bool(workflows) == (combination["ci"] == "github")
    assert (project / ".gitlab-ci.yml").exists() == (combination["ci"] == "gitlab")
    if workflows:
        check(project, "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
        check(project, "zizmor", "--offline", "--no-progress", "--quiet", "--persona=pedantic", *workflows)
    if combination["ci"] == "gitlab":
        check(project, "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml")


@every_combination
def test_compose_is_valid(project: Path, combination: Combination) -> None:
    composed = sorted(str(path) for path in project.glob("compose*.yaml"))
    assert (str(project / "compose.yaml") in composed) == (combination["database"] == "postgresql")
    if composed:
        check(project, "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *composed)
