"""Projects rendered from the template as it stands, each once a session however many workers ask for it."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from combinations import ROOT
from copier import run_copy
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


def render(template: Path, destination: Path, data: Mapping[str, Any]) -> Path:
    """Write a project as `copier copy --defaults` does: without trust."""
    run_copy(str(template), destination, data=dict(data), defaults=True, quiet=True, unsafe=False)
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
    ignored = {".venv", ".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    return sorted(path for path in project.rglob("*") if path.is_file() and ignored.isdisjoint(path.parts))
