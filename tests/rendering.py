"""Projects rendered from the template as it stands, each once a session however many workers ask for it."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from combinations import ROOT
from copier._jinja_ext import SandboxedEnvironment
from copier._main import Worker
from copier._template import Template
from copier._types import Phase
from filelock import FileLock

TEMPLATE = ("copier.yml", "extensions", "template")


def copy_template(destination: Path) -> Path:
    """Copy what Copier reads, and nothing else, into a folder that is no git repository."""
    destination.mkdir(parents=True)
    for name in TEMPLATE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, destination / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        else:
            shutil.copy(source, destination / name)
    return destination


@cache
def _parsed(template: Path) -> tuple[Template, SandboxedEnvironment]:
    """Return what all renders of a template share: its questions, and its Jinja, compiled once."""
    worker = Worker(src_path=str(template))
    environment = worker.jinja_env
    environment.from_string = cache(environment.from_string)  # type: ignore[method-assign,assignment]
    return worker.template, environment


class Renderer(Worker):
    """Copier's own worker, which in a process that renders many projects of one template does nothing twice.

    It writes what Copier writes: tests/test_rendering.py compares them byte for byte.
    """

    @cached_property
    def template(self) -> Template:
        """The template, read once a process."""
        return _parsed(Path(self.src_path or ""))[0]

    @cached_property
    def jinja_env(self) -> SandboxedEnvironment:
        """Jinja, which keeps what it has compiled."""
        return _parsed(Path(self.src_path or ""))[1]

    @cached_property
    def answers_relpath(self) -> Path:
        """The answers file, which Copier works out anew for every part of every path."""
        path = super().answers_relpath
        # In the context that Copier works it out from, the file has no name.
        self._answered.clear()
        return path

    @cached_property
    def _answered(self) -> dict[str, Any]:
        return {}

    def _render_context(self) -> Any:  # noqa: ANN401 - Copier's own type is private
        """Return the answers, which no longer change once files are rendered."""
        if Phase.current() is not Phase.RENDER:
            return super()._render_context()
        if not self._answered:
            self._answered.update(super()._render_context())
        return self._answered

    def _render_string(self, string: str, extra_context: dict[str, Any] | None = None) -> str:
        """Return a rendered string; a part of a path is the same in all paths."""
        if extra_context or Phase.current() is not Phase.RENDER:
            return super()._render_string(string, extra_context)
        if string not in self._parts:
            self._parts[string] = super()._render_string(string)
        return self._parts[string]

    @cached_property
    def _parts(self) -> dict[str, str]:
        return {}

    def _sync_git_index_executable_bit(self, *_: object) -> None:
        """Ask no Git about a project that is in none: Copier does, for every file."""


def render(template: Path, destination: Path, data: Mapping[str, Any]) -> Path:
    """Write a project as `copier copy --defaults` does: without trust."""
    with Renderer(
        src_path=str(template), dst_path=destination, data=dict(data), defaults=True, quiet=True, unsafe=False
    ) as worker:
        worker.run_copy()
    return destination


class Projects:
    """The projects of a session."""

    def __init__(self, folder: Path) -> None:
        """Keep the projects in a folder that every worker of the session shares."""
        self.folder = folder
        with FileLock(folder / "template.lock"):
            if not (folder / "template").exists():
                copy_template(folder / "copying").rename(folder / "template")
        self.template = folder / "template"

    def get(self, data: Mapping[str, Any]) -> Path:
        """Return the project of these answers, to be read and not to be changed."""
        key = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
        project = self.folder / "projects" / key
        with FileLock(self.folder / f"{key}.lock"):
            if not project.exists():
                render(self.template, self.folder / "rendering" / key, data).rename(_parent(project))
        return project

    def copy(self, data: Mapping[str, Any], destination: Path) -> Path:
        """Return a copy of the project of these answers, to be changed at will."""
        return shutil.copytree(self.get(data), destination)


def _parent(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def files(project: Path) -> list[Path]:
    """Return a project's files, what its tools leave behind not among them."""
    ignored = {".venv", ".git", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    return sorted(path for path in project.rglob("*") if path.is_file() and ignored.isdisjoint(path.parts))


@cache
def sums(project: Path) -> dict[str, str]:
    """Return a checksum of each file, by its path, of a project that does not change: it is read once a process."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in contents(project).items()}


def contents(project: Path) -> dict[str, bytes]:
    """Return what is in each of a project's files, by its path in the project."""
    return {file.relative_to(project).as_posix(): file.read_bytes() for file in files(project)}
