"""Declared, locked and installed dependencies."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCK = Path(__file__).parent / "requirements.txt"


def declared(pyproject: Mapping[str, Any]) -> list[Requirement]:
    """Return every requirement of a pyproject.toml: of the project, its extras, its groups and its build system."""
    project = pyproject.get("project", {})
    lists = [
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *pyproject.get("dependency-groups", {}).values(),
        pyproject.get("build-system", {}).get("requires", []),
    ]
    return [Requirement(line) for lines in lists for line in lines if isinstance(line, str)]


def load(pyproject: Path) -> dict[str, Any]:
    """Return a parsed pyproject.toml."""
    return tomllib.loads(pyproject.read_text(encoding="utf-8"))


@cache
def locked() -> dict[str, list[Version]]:
    """Return the locked versions of each distribution."""
    pins: dict[str, list[Version]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE
    ):
        pins.setdefault(canonicalize_name(name), []).append(Version(version))
    return pins


@cache
def _installed(name: str) -> tuple[Distribution, list[Requirement]]:
    """Return an installed distribution and its requirements, read once."""
    found = distribution(name)
    return found, [Requirement(line) for line in found.requires or []]


def closure(requirements: Iterable[Requirement]) -> dict[str, Distribution]:
    """Return the installed distributions that these requirements need, directly or not, by name.

    Raises:
        RuntimeError: If one of them is not installed.

    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    queue = [(requirement, "") for requirement in requirements]
    while queue:
        requirement, extra = queue.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in {"", *requirement.extras}:
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            try:
                found[name], needed = _installed(name)
            except PackageNotFoundError:
                message = f"{name} is not installed: expected what tests/requirements.txt locks; install that"
                raise RuntimeError(message) from None
            queue += [(needs, wanted) for needs in needed]
    return found
