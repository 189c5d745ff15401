"""A project's own tests, run as its users run them, and its tools."""

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

# Settings of whoever runs the meta-tests, that a project's tests must not see; nor may bytecode go unwritten, for
# without it every process compiles every module anew.
DROPPED = (
    "PYTEST_",
    "PYTHONDONTWRITEBYTECODE",
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "ENVIRONMENT",
    "SECRET_KEY",
    "COV_",
)
# What a project's code is checked by.
TOOLS = ("check_jsonschema.cli", "deptry.cli", "mypy.main")
# The plugins that stand here.
OURS = ("audit", "recording")
WARNING = "pytest.PytestAssertRewriteWarning"
# Seconds that a suite may take; each of its tests has a limit of its own.
LIMIT = 300


def environment(**settings: str) -> dict[str, str]:
    """Return a clean environment, with these settings in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    return kept | settings


def suite_environment(**settings: str) -> dict[str, str]:
    """Return a clean environment for a suite, which loads its project's plugins by their names."""
    return environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **settings)


def run(project: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a project's folder, its output and its errors in one text."""
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
    """Return the pytest plugins that a project declares, and not those of other projects."""
    return _plugins((project / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def _plugins(pyproject: str) -> list[EntryPoint]:
    loaded = tomllib.loads(pyproject)
    refused = {option.removeprefix("no:") for option in loaded["tool"]["pytest"]["addopts"]}
    found = [entry for distribution in closure(declared(loaded)).values() for entry in distribution.entry_points]
    return [entry for entry in found if entry.group == "pytest11" and entry.name not in refused]


def suite(project: Path, *options: str) -> list[str]:
    """Return what, after `python -m`, runs a project's tests in the environment of the meta-tests."""
    names = [entry.name for entry in plugins(project)]
    loaded = [option for name in names for option in ("-p", name)]
    # Loaded by hand, a plugin may have been imported already by another: pytest warns that it cannot rewrite it then.
    late = [f"-Wignore:Module already imported so cannot be rewritten; {name}:{WARNING}" for name in [*names, *OURS]]
    return ["pytest", *loaded, *late, "-p", "no:cacheprovider", *options]


def imported(project: Path) -> set[str]:
    """Return the modules that a project's suite imports and that are not its own, its pytest plugins among them."""
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
    """Return what is imported before any suite of these projects runs."""
    return set(OURS).union(*map(imported, projects))


class Runners:
    """What runs suites and tools: a fork server for each framework, or Python anew where there is no fork."""

    def __init__(self, projects: Projects) -> None:
        """Start nothing yet."""
        self.projects = projects
        self.temporary = projects.folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        self._started: dict[object, Runner] = {}

    def suite(self, framework: object, project: Path, *options: str, **settings: str) -> Outcome:
        """Run the tests of a project that is built on a framework."""
        # Of each stack the last combination has everything.
        last = {c.stack: c for c in COMBINATIONS if c["framework"] == framework}
        runner = self._runner(framework, lambda: _modules(self.projects.get(c.data) for c in last.values()))
        variables = suite_environment(TMPDIR=str(self.temporary), **settings)
        return runner.run(project, *suite(project, *options), limit=LIMIT, **variables)

    def tool(self, project: Path, *command: str) -> Outcome:
        """Run `python -m COMMAND …` in a project."""
        return self._runner("", lambda: set(TOOLS)).run(project, *command, limit=LIMIT, **environment())

    def types(self, project: Path) -> Outcome:
        """Check the types of a project: what one has read of the libraries, no other reads again."""
        told = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
        # What it is told of some modules alone makes it read those again, and no others.
        name = hashlib.sha256(repr({**told, "overrides": None}).encode()).hexdigest()[:16]
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
        """Return the runner of a name, started once."""
        if name not in self._started:
            self._started[name] = start(preloaded(), self.temporary)
        return self._started[name]

    def processes(self) -> list[int]:
        """Return the fork servers that were started."""
        return [runner.process for runner in self._started.values() if isinstance(runner, ForkServer)]

    def close(self) -> None:
        """End what was started."""
        for runner in self._started.values():
            runner.close()


def write(file: Path, content: bytes) -> None:
    """Write a file whose time tells its content: whether it is compiled anew is told by size and time, in seconds."""
    file.write_bytes(content)
    seconds = int.from_bytes(hashlib.sha256(content).digest()[:3])
    os.utime(file, (seconds, seconds))


class Workplace:
    """A folder that is one project after the other: what two of them share stays compiled, and checked."""

    def __init__(self, folder: Path) -> None:
        """Begin with an empty folder."""
        self.folder = folder
        self.record = folder.with_name("record.json")
        """What is written down of a suite that runs here."""
        self.audit = folder.with_name("audit.json")
        """What is written down of the files that it opens."""
        folder.mkdir(parents=True)

    def become(self, project: Path, without: Pattern[str] | None = None) -> Path:
        """Be a project, to the byte, less the files whose paths match, and return the folder."""
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
