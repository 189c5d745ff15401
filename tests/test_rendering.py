"""Every combination, rendered without `--trust`: its files parse, are tidy, and pass the tools that check them."""

import ast
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from combinations import COMBINATIONS, Combination, covering
from dependencies import load
from rendering import Projects, contents, files, sums
from sharing import Ledger
from suites import Runners, environment, run
from test_questionnaire import parse
from trees import digest

every_combination = pytest.mark.parametrize("combination", COMBINATIONS, ids=str)

# Dependencies that the application never imports: servers and their websocket library, the drivers, which SQLAlchemy
# loads by their name in a URL, and what Django loads by its name in the settings.
NEVER_IMPORTED = [
    *("uvicorn", "gunicorn", "websockets", "aiosqlite", "asyncpg", "psycopg"),
    *("argon2-cffi", "whitenoise"),
]
# Files that this worker has checked, by path and checksum.
WHOLE: set[tuple[str, str]] = set()
# Jinja as it is written in the template, as opposed to the braces of an f-string.
JINJA = re.compile(r"(?<!{){{[\s\w-]|{%|{#")


@pytest.fixture
def project(projects: Projects, combination: Combination) -> Path:
    """The read-only project of a combination."""
    return projects.get(combination.data)


def modes(project: Path) -> list[int]:
    """Return the mode of each of a project's files."""
    return [file.stat().st_mode for file in files(project)]


def distinct(project: Path, pattern: str) -> dict[str, str]:
    """Return the checksums of a project's files whose path matches, by path."""
    return {path: checksum for path, checksum in sums(project).items() if re.search(pattern, path)}


# By the checksum of a file, since the same file is in many projects.
IMPORTS: dict[str, str] = {}


def imports(file: Path, checksum: str) -> str:
    """Return a digest of a file's import statements, which are all that deptry reads of it."""
    if checksum not in IMPORTS:
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        IMPORTS[checksum] = digest(ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return IMPORTS[checksum]


def settings(project: Path, *tables: str) -> list[Any]:
    """Return tables of a project's pyproject.toml, None for a missing one."""
    loaded = load(project / "pyproject.toml")
    return [loaded.get(table) or loaded["tool"].get(table) for table in tables]


def check(project: Path, *command: str) -> str:
    """Run a program in a project, and return its output if it fails."""
    done = run(project, *command, **environment())
    return "" if done.returncode == 0 else done.stdout


# Files that may mention the template.
OF_THE_TEMPLATE = {".copier-answers.yml", "updating.md", "remove-the-shop.md"}


def flaws(file: Path) -> str:
    """Return what is wrong with a file, or an empty text; raise an error if it does not parse."""
    text = file.read_text(encoding="utf-8")
    parse(file)
    without_workflow_expressions = text.replace("${{", "") if ".github" in file.parts else text
    if JINJA.search(without_workflow_expressions):
        return "Jinja is left in it"
    if text and not re.search(r"\S\n\Z", text):
        return "it does not end with exactly one newline"
    if re.search(r"[ \t]$", text, re.MULTILINE):
        return "it has trailing whitespace"
    if file.name not in OF_THE_TEMPLATE and "copier" in text.lower():
        return "it mentions the template"
    return ""


@every_combination
def test_every_file_parses_and_is_tidy(project: Path) -> None:
    for path, content in sums(project).items():
        # Most files are in many projects: check each once per worker.
        if (path, content) not in WHOLE:
            assert not (flaw := flaws(project / path)), f"{path}: {flaw}"
            WHOLE.add((path, content))


@every_combination
def test_ruff_finds_nothing(project: Path, ledger: Ledger) -> None:
    configuration = digest(settings(project, "ruff", "project"))
    files = {path: f"{configuration}-{content}" for path, content in distinct(project, r"\.py$").items()}

    def lint(mine: set[str]) -> dict[str, str]:
        if not mine:
            return {}
        said = check(project, "ruff", "check", "--no-cache", "--quiet", "--output-format=concise", *sorted(mine))
        said += check(project, "ruff", "format", "--no-cache", "--quiet", "--diff", *sorted(mine))
        return {path: said for path in mine if path in said}

    assert not (said := ledger.once_each("ruff", files, lint)), said


@every_combination
def test_the_declared_dependencies_are_the_imported_ones(project: Path, ledger: Ledger, runners: Runners) -> None:
    served = [name for name in ("src", "migrations") if (project / name).is_dir()]
    never = "DEP002=" + "|".join(NEVER_IMPORTED)
    # The seed command says what to install if Faker, a development dependency, is missing.
    of_app = [*served, "--per-rule-ignores", f"{never},DEP004=faker"]
    # Tests may import what the development groups declare: only undeclared imports are errors there.
    # deptry excludes tests by default.
    of_tests = [*served, "tests", "--exclude", "^$", "--known-first-party", "tests", "--ignore", "DEP002,DEP004"]
    app, everything = (
        sorted({imports(project / path, content) for path, content in distinct(project, pattern).items()})
        for pattern in (r"^(?!tests/).*\.py$", r"\.py$")
    )
    declared, groups = settings(project, "project", "dependency-groups")

    def look(options: list[str]) -> str:
        outcome = runners.tool(project, "deptry", "--no-ansi", *options)
        return "" if outcome else outcome.output

    for options, read in (of_app, [app, declared["dependencies"]]), (of_tests, [everything, declared, groups]):
        said, _ = ledger.once(f"dependencies-{digest([options, *read])}", partial(look, options))
        assert not said, said


@every_combination
def test_the_workflows_are_valid(project: Path, combination: Combination, ledger: Ledger, runners: Runners) -> None:
    workflows = {
        path: digest([path, content]) for path, content in distinct(project, r"^\.git(hub/w.*|lab-ci).yml$").items()
    }
    assert any(".github" in path for path in workflows) == (combination["ci"] == "github")
    assert (".gitlab-ci.yml" in workflows) == (combination["ci"] == "gitlab")

    def validate(mine: set[str]) -> dict[str, str]:
        said = {}
        for path in mine:
            github = path.startswith(".github")
            schema = f"vendor.{'github-workflows' if github else 'gitlab-ci'}"
            outcome = runners.tool(project, "check_jsonschema", "--builtin-schema", schema, path)
            said[path] = "" if outcome else outcome.output
            if github:
                said[path] += check(
                    project, "zizmor", "--offline", "--no-progress", "--quiet", "--persona=pedantic", path
                )
        return said

    assert not (said := ledger.once_each("workflow", workflows, validate)), said


@every_combination
def test_compose_is_valid(project: Path, combination: Combination, ledger: Ledger, runners: Runners) -> None:
    composed = {path: digest([path, content]) for path, content in distinct(project, r"^compose.*\.yaml$").items()}
    assert ("compose.yaml" in composed) == (combination["database"] == "postgresql")

    def validate(mine: set[str]) -> dict[str, str]:
        schema = ("--builtin-schema", "vendor.compose-spec")
        outcomes = {path: runners.tool(project, "check_jsonschema", *schema, path) for path in mine}
        return {path: "" if outcome else outcome.output for path, outcome in outcomes.items()}

    assert not (said := ledger.once_each("compose", composed, validate)), said


@pytest.mark.parametrize("combination", covering(1), ids=str)
def test_projects_are_rendered_as_copier_renders_them(
    projects: Projects, combination: Combination, tmp_path: Path
) -> None:
    command = ["copier", "copy", "--quiet", "--defaults", *combination.options, str(projects.template), "project"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    rendered, copied = projects.get(combination.data), tmp_path / "project"
    assert contents(rendered) == contents(copied)
    assert modes(rendered) == modes(copied)
