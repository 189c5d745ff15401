"""Projects rendered from the template as it stands, each once a session however many workers ask for it."""

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
    """Copy what Copier reads, and nothing else, into a folder that is no git repository."""
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
    """Where it is, as Jinja takes it."""
    name: str
    """What its name is rendered from: the suffix of what holds Jinja is no part of it."""
    mode: int
    content: bytes | None = None
    """What is in a file that holds no Jinja."""
    children: tuple["Source", ...] = ()
    """What is in a folder."""


def _read(place: Path, root: Path, suffix: str) -> Source:
    """Return what is found at a place of the template."""
    path, mode = place.relative_to(root).as_posix(), place.stat().st_mode
    if place.is_dir():
        return Source(path, place.name, mode, children=tuple(_read(child, root, suffix) for child in place.iterdir()))
    holds_jinja = place.suffix == suffix
    return Source(path, place.stem if holds_jinja else place.name, mode, None if holds_jinja else place.read_bytes())


class Tracked(Context):
    """Jinja's context, which notes the names that are asked for."""

    asked: ClassVar[set[str]] = set()

    def resolve_or_missing(self, key: str) -> Any:  # noqa: ANN401 - as Jinja has it
        """Return the value of a name."""
        self.asked.add(key)
        return super().resolve_or_missing(key)


class Parsed:
    """What all renders of a template share, in one process."""

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
        """Return what a file becomes: it is rendered once for all answers that agree in what it asks for."""
        if source.content is not None:
            return source.content
        for names in self._asked[source.path]:
            if (rendered := self._rendered.get(_key(source, names, context))) is not None:
                return rendered
        Tracked.asked.clear()
        content = self.environment.get_template(source.path).render(**context).encode()
        names = tuple(sorted(Tracked.asked))
        # What Copier says of a run is another thing in each.
        if "_copier_conf" not in names:
            self._asked[source.path].add(names)
            self._rendered[_key(source, names, context)] = content
        return content


def _key(source: Source, names: tuple[str, ...], context: Mapping[str, Any]) -> tuple[str, ...]:
    return (source.path, *names, *(repr(context.get(name)) for name in names))


_parsed = cache(Parsed)


class Renderer(Worker):
    """Copier's own worker, which in a process that renders many projects of one template does nothing twice.

    It writes what Copier writes: tests/test_rendering.py compares them byte for byte.
    """

    @cached_property
    def template(self) -> Template:
        """The template, read once a process."""
        return _parsed(Path(self.src_path or "")).template

    @cached_property
    def jinja_env(self) -> SandboxedEnvironment:
        """Jinja, which keeps what it has compiled."""
        return _parsed(Path(self.src_path or "")).environment

    def _render_template(self) -> None:
        """Write the project; over files that are there, as Copier does."""
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
    """A renderer of projects that nobody changes: what is alike in several is one file, which each links to."""

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
    """Write a project as `copier copy --defaults` does, without trust; its files are links where there is a store."""
    options: dict[str, Any] = {"src_path": str(template), "dst_path": destination, "data": dict(data)}
    options |= {"defaults": True, "quiet": True, "unsafe": False}
    with Renderer(**options) if store is None else Linker(**options, store=store) as worker:
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
        self.store = folder / "files"
        self.store.mkdir(exist_ok=True)

    def get(self, data: Mapping[str, Any]) -> Path:
        """Return the project of these answers, to be read and not to be changed."""
        key = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
        project = self.folder / "projects" / key
        with FileLock(self.folder / f"{key}.lock"):
            if not project.exists():
                render(self.template, self.folder / "rendering" / key, data, self.store).rename(_parent(project))
        return project

    def copy(self, data: Mapping[str, Any], destination: Path) -> Path:
        """Return a copy of the project of these answers, to be changed at will."""
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
    """Return a project's files, what its tools leave behind not among them."""
    return sorted(Path(entry.path) for entry in _walk(str(project)))


@cache
def sums(project: Path) -> dict[str, str]:
    """Return a checksum of each file, by its path, of a project that does not change: it is read once a process."""
    start = len(str(project)) + 1
    return {entry.path[start:]: _sum(entry) for entry in sorted(_walk(str(project)), key=lambda entry: entry.path)}


# The same file is in many projects.
_SUMS: dict[tuple[int, ...], str] = {}


def _sum(entry: os.DirEntry[str]) -> str:
    status = entry.stat()
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    if identity not in _SUMS:
        _SUMS[identity] = hashlib.sha256(Path(entry.path).read_bytes()).hexdigest()
    return _SUMS[identity]


def contents(project: Path) -> dict[str, bytes]:
    """Return what is in each of a project's files, by its path in the project."""
    return {file.relative_to(project).as_posix(): file.read_bytes() for file in files(project)}
