"""Renders projects from the working tree of the template, each once per session for all workers."""

import hashlib
import json
import os
import shutil
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar

from combinations import ROOT
from copier._jinja_ext import SandboxedEnvironment
from copier._main import Worker
from copier._template import Template
from filelock import FileLock
from jinja2.runtime import Context

TEMPLATE = ("copier.yml", "extensions", "template")


def copy_template(destination: Path) -> Path:
    """Copy what Copier reads, and nothing else, into a folder that is not a git repository."""
    destination.mkdir(parents=True)
    for name in TEMPLATE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, destination / name, ignore=shutil.ignore_patterns(*IGNORED))
        else:
            shutil.copy(source, destination / name)
    return destination


@dataclass(frozen=True)
class Source:
    """A file or a folder of the template."""

    path: str
    """The path by which Jinja loads it."""
    name: str
    """The template of its name, without the suffix of a Jinja file."""
    mode: int
    content: bytes | None = None
    """The content of a file without Jinja."""
    children: tuple["Source", ...] = ()
    """The entries of a folder."""


def _read(place: Path, root: Path, suffix: str) -> Source:
    """Return a file or folder of the template, with its content."""
    path, mode = place.relative_to(root).as_posix(), place.stat().st_mode
    if place.is_dir():
        return Source(path, place.name, mode, children=tuple(_read(child, root, suffix) for child in place.iterdir()))
    holds_jinja = place.suffix == suffix
    return Source(path, place.stem if holds_jinja else place.name, mode, None if holds_jinja else place.read_bytes())


class Tracked(Context):
    """A Jinja context that records the names that a template looks up."""

    asked: ClassVar[set[str]] = set()

    def resolve_or_missing(self, key: str) -> Any:  # noqa: ANN401 - as in Jinja
        """Record a name, and return its value."""
        self.asked.add(key)
        return super().resolve_or_missing(key)


class Parsed:
    """The parsed template and the rendered files that all renders in this process share."""

    def __init__(self, template: Path) -> None:
        """Read the template."""
        worker = Worker(src_path=str(template))
        self.template = worker.template
        self.environment = worker.jinja_env
        self.environment.from_string = cache(self.environment.from_string)  # type: ignore[method-assign,assignment]
        self.environment.context_class = Tracked
        self.root = _read(worker.template_copy_root, template, self.template.templates_suffix)
        self._asked: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._rendered: dict[tuple[str, ...], bytes] = {}

    def content(self, source: Source, context: Mapping[str, Any]) -> bytes:
        """Return the rendered content of a file, cached by the values of the names that it looks up."""
        if source.content is not None:
            return source.content
        for names in self._asked[source.path]:
            if (rendered := self._rendered.get(_key(source, names, context))) is not None:
                return rendered
        Tracked.asked.clear()
        content = self.environment.get_template(source.path).render(**context).encode()
        names = tuple(sorted(Tracked.asked))
        # `_copier_conf` differs in each run, so files that use it are not cached.
        if "_copier_conf" not in names:
            self._asked[source.path].add(names)
            self._rendered[_key(source, names, context)] = content
        return content


def _key(source: Source, names: tuple[str, ...], context: Mapping[str, Any]) -> tuple[str, ...]:
    return (source.path, *names, *(repr(context.get(name)) for name in names))


_parsed = cache(Parsed)


class Renderer(Worker):
    """A Copier worker that reads, parses and renders each file of the template once per process where possible.

    It writes the same files as Copier: tests/test_rendering.py compares them byte for byte.
    """

    @cached_property
    def template(self) -> Template:
        """The template, read once per process."""
        return _parsed(Path(self.src_path or "")).template

    @cached_property
    def jinja_env(self) -> SandboxedEnvironment:
        """The Jinja environment, which caches compiled templates."""
        return _parsed(Path(self.src_path or "")).environment

    def _render_template(self) -> None:
        """Write the project; leave an existing folder to Copier's own implementation."""
        root = Path(self.subproject.local_abspath)
        if root.exists():
            super()._render_template()
            return
        parsed = _parsed(Path(self.src_path or ""))
        context = self._render_context()
        name_of = cache(lambda name: self.jinja_env.from_string(name).render(context))

        def write(folder: Source, place: Path) -> None:
            place.mkdir(parents=True, exist_ok=True)
            for source in folder.children:
                if not (name := name_of(source.name)):
                    continue
                if stat.S_ISDIR(source.mode):
                    write(source, place / name)
                else:
                    self._write(place / name, parsed.content(source, context), source.mode)

        write(parsed.root, root)

    def _write(self, file: Path, content: bytes, mode: int) -> None:
        file.write_bytes(content)
        file.chmod(mode)


@dataclass
class Linker(Renderer):
    """A renderer for read-only projects: equal files are stored once, and hard-linked into each project."""

    store: Path = Path()

    def _write(self, file: Path, content: bytes, mode: int) -> None:
        kept = self.store / f"{hashlib.sha256(content).hexdigest()}-{mode:o}"
        if not kept.exists():
            written = kept.with_suffix(f".{os.getpid()}")
            written.write_bytes(content)
            written.chmod(mode)
            written.rename(kept)
        os.link(kept, file)


def render(template: Path, destination: Path, data: Mapping[str, Any], store: Path | None = None) -> Path:
    """Write a project as `copier copy --defaults` does, without `--trust`; with a store, its files are hard links."""
    options: dict[str, Any] = {"src_path": str(template), "dst_path": destination, "data": dict(data)}
    options |= {"defaults": True, "quiet": True, "unsafe": False}
    with Renderer(**options) if store is None else Linker(**options, store=store) as worker:
        worker.run_copy()
    return destination


class Projects:
    """The rendered projects of a session."""

    def __init__(self, folder: Path) -> None:
        """Keep the projects in a folder that every worker of the session shares."""
        self.folder = folder
        with FileLock(folder / "template.lock"):
            if not (folder / "template").exists():
                copy_template(folder / "copying").rename(folder / "template")
        self.template = folder / "template"
        self.store = folder / "files"
        self.store.mkdir(exist_ok=True)

    def get(self, data: Mapping[str, Any]) -> Path:
        """Return the project for these answers, which must not be changed."""
        key = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
        project = self.folder / "projects" / key
        with FileLock(self.folder / f"{key}.lock"):
            if not project.exists():
                render(self.template, self.folder / "rendering" / key, data, self.store).rename(_parent(project))
        return project

    def copy(self, data: Mapping[str, Any], destination: Path) -> Path:
        """Return a copy of the project for these answers, which may be changed."""
        return shutil.copytree(self.get(data), destination)


def _parent(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


# What tools leave behind.
CACHES = (".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache")
IGNORED = {".venv", ".git", "node_modules", "__pycache__", *CACHES}


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.name in IGNORED:
            continue
        if entry.is_dir():
            yield from _walk(entry.path)
        elif entry.is_file():
            yield entry


def files(project: Path) -> list[Path]:
    """Return a project's files, without what tools leave behind."""
    return sorted(Path(entry.path) for entry in _walk(str(project)))


@cache
def sums(project: Path) -> dict[str, str]:
    """Return the checksums of a read-only project's files by path, computed once per process."""
    start = len(str(project)) + 1
    return {entry.path[start:]: _sum(entry) for entry in sorted(_walk(str(project)), key=lambda entry: entry.path)}


# Hard links to the same file are in many projects.
_SUMS: dict[tuple[int, ...], str] = {}


def _sum(entry: os.DirEntry[str]) -> str:
    status = entry.stat()
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    if identity not in _SUMS:
        _SUMS[identity] = hashlib.sha256(Path(entry.path).read_bytes()).hexdigest()
    return _SUMS[identity]


def contents(project: Path) -> dict[str, bytes]:
    """Return the content of a project's files, by path relative to the project."""
    return {file.relative_to(project).as_posix(): file.read_bytes() for file in files(project)}
