"""Runs a project's own tests and its tools."""

import ast
import hashlib
import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from re import Pattern

from combinations import COMBINATIONS
from dependencies import closure, declared
from filelock import FileLock
from forkserver import NOT_PRELOADED, ForkServer, Outcome, Runner, start
from rendering import Projects, contents

# Variables that are not passed on: settings that a project's tests must not see, and the one that disables writing
# bytecode, without which every process would compile every module again.
DROPPED = (
    "PYTEST_",
    "PYTHONDONTWRITEBYTECODE",
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "ENVIRONMENT",
    "SECRET_KEY",
    "COV_",
)
# The tools that check a project's code.
TOOLS = ("check_jsonschema.cli", "deptry.cli", "mypy.main")
# The pytest plugins in this folder.
OURS = ("audit", "recording")
WARNING = "pytest.PytestAssertRewriteWarning"
# Seconds that a suite may take; each of its tests also has its own limit.
LIMIT = 300


def environment(**settings: str) -> dict[str, str]:
    """Return this process's environment without the DROPPED variables, plus these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    return kept | settings


def suite_environment(**settings: str) -> dict[str, str]:
    """Return a clean environment for a suite, whose plugins are loaded by name."""
    return environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **settings)


def run(project: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a project's folder, with stderr merged into stdout."""
    return subprocess.run(
        command,
        check=False,
        cwd=project,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def plugins(project: Path) -> list[EntryPoint]:
    """Return the pytest plugins among a project's declared dependencies."""
    return _plugins((project / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def _plugins(pyproject: str) -> list[EntryPoint]:
    loaded = tomllib.loads(pyproject)
    refused = {option.removeprefix("no:") for option in loaded["tool"]["pytest"]["addopts"]}
    found = [entry for distribution in closure(declared(loaded)).values() for entry in distribution.entry_points]
    return [entry for entry in found if entry.group == "pytest11" and entry.name not in refused]


def suite(project: Path, *options: str) -> list[str]:
    """Return the arguments of `python -m` that run a project's tests in the environment of the meta-tests."""
    names = [entry.name for entry in plugins(project)]
    loaded = [option for name in names for option in ("-p", name)]
    # Another plugin may already have imported one of these: then pytest warns that it cannot rewrite its asserts.
    late = [f"-Wignore:Module already imported so cannot be rewritten; {name}:{WARNING}" for name in [*names, *OURS]]
    return ["pytest", *loaded, *late, "-p", "no:cacheprovider", *options]


def imported(project: Path) -> set[str]:
    """Return the external modules that a project and its tests import, including its pytest plugins."""
    names = {entry.module for entry in plugins(project)}
    for file in project.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module))
            elif isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
    own = {
        path.stem
        for path in (*project.iterdir(), *(project / "src").iterdir())
        if path.is_dir() or path.suffix == ".py"
    }
    return {name for name in names if name.partition(".")[0] not in own and not NOT_PRELOADED.match(name)}


def _modules(projects: Iterable[Path]) -> set[str]:
    """Return the modules to import before any suite of these projects runs."""
    return set(OURS).union(*map(imported, projects))


class Runners:
    """Runs suites and tools: by a fork server for each framework, or in new processes where there is no `fork`."""

    def __init__(self, projects: Projects) -> None:
        """Create the folder for temporary files; fork servers start on first use."""
        self.projects = projects
        self.temporary = projects.folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        self._started: dict[object, Runner] = {}

    def suite(self, framework: object, project: Path, *options: str, **settings: str) -> Outcome:
        """Run the tests of a project of this framework."""
        # The last combination of each stack has all features.
        last = {c.stack: c for c in COMBINATIONS if c["framework"] == framework}
        runner = self._runner(framework, lambda: _modules(self.projects.get(c.data) for c in last.values()))
        variables = suite_environment(TMPDIR=str(self.temporary), **settings)
        return runner.run(project, *suite(project, *options), limit=LIMIT, **variables)

    def tool(self, project: Path, *command: str) -> Outcome:
        """Run `python -m COMMAND …` in a project."""
        return self._runner("", lambda: set(TOOLS)).run(project, *command, limit=LIMIT, **environment())

    def types(self, project: Path) -> Outcome:
        """Check the types of a project, with a mypy cache that all projects with the same settings share."""
        configuration = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
        # Overrides for single modules invalidate only those modules.
        name = hashlib.sha256(repr({**configuration, "overrides": None}).encode()).hexdigest()[:16]
        kept, own = self.projects.folder / "types" / name, self.temporary / f"types-{name}-{os.getpid()}"
        with FileLock(self.projects.folder / f"types-{name}.lock"):
            if not own.exists() and kept.exists():
                shutil.copytree(kept, own)
        outcome = self.tool(project, "mypy", f"--cache-dir={own}")
        with FileLock(self.projects.folder / f"types-{name}.lock"):
            if not kept.exists():
                shutil.copytree(own, kept)
        return outcome

    def _runner(self, name: object, preloaded: Callable[[], set[str]]) -> Runner:
        """Return the runner with this name, started on first use."""
        if name not in self._started:
            self._started[name] = start(preloaded(), self.temporary)
        return self._started[name]

    def processes(self) -> list[int]:
        """Return the process ids of the fork servers."""
        return [runner.process for runner in self._started.values() if isinstance(runner, ForkServer)]

    def close(self) -> None:
        """Stop the fork servers."""
        for runner in self._started.values():
            runner.close()


def write(file: Path, content: bytes) -> None:
    """Write a file with a modification time derived from its content.

    Python recompiles a module if its size or its modification time, in whole seconds, changes. So a change is always
    noticed, even within a second, and equal content never is.
    """
    file.write_bytes(content)
    seconds = int.from_bytes(hashlib.sha256(content).digest()[:3])
    os.utime(file, (seconds, seconds))


class Workplace:
    """A folder that holds one project after another: files that two of them share stay compiled and type-checked."""

    def __init__(self, folder: Path) -> None:
        """Create the empty folder."""
        self.folder = folder
        self.record = folder.with_name("record.json")
        """Where the recording plugin saves the outcomes of a suite that runs here."""
        self.audit = folder.with_name("audit.json")
        """Where the audit plugin saves the files that a suite opens."""
        folder.mkdir(parents=True)

    def become(self, project: Path, without: Pattern[str] | None = None) -> Path:
        """Turn the folder into a copy of a project, without the files whose paths match; return it."""
        wanted = {path: text for path, text in contents(project).items() if not (without and without.fullmatch(path))}
        for path in contents(self.folder).keys() - wanted.keys():
            (self.folder / path).unlink()
        for path, content in wanted.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, content)
        for folder in sorted(self.folder.rglob("*/"), reverse=True):
            if folder.name != "__pycache__" and not any(folder.iterdir()):
                folder.rmdir()
        return self.folder
