"""Digests of what a project's tests can read: projects with the same digest share one run."""

import ast
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rendering import sums

# Files that no test of a project reads, nor any tool that checks its code. Only this pattern lists them; the audit of
# tests/test_suites.py finds a test that opens one.
UNREAD = re.compile(
    r"""
    (README|AGENTS|docs/.*)\.md | LICENSE | Dockerfile | compose.*\.yaml
    | \.dockerignore | \.gitignore | \.gitattributes
    | \.editorconfig | \.env\.example | \.pre-commit-config\.yaml | \.copier-answers\.yml
    | \.github/.* | \.gitlab-ci\.yml
    """,
    re.VERBOSE,
)

Sums = Mapping[str, str]


def readable(project: Path) -> dict[str, str]:
    """Return the checksums of the files that tests may read, by path."""
    return {path: checksum for path, checksum in sums(project).items() if not UNREAD.fullmatch(path)}


def digest(read: Iterable[object]) -> str:
    """Return a short digest of these objects, whatever their order."""
    return hashlib.sha256(repr(sorted(map(str, read))).encode()).hexdigest()[:16]


def tree(project: Path) -> str:
    """Return a digest of everything that the tests of a project can read."""
    return digest(readable(project).items())


def folders(project: Path, tool: str) -> dict[str, str]:
    """Return, for each folder of tests, a digest of everything that affects a tool's result for its tests.

    That is the application, the folder's own files, the shared test code that it imports, and, of pyproject.toml, the
    application's dependencies and the tool's settings. It excludes the tests of other folders, the libraries that only
    those need, and the options that select tests.
    """
    read = readable(project)
    pyproject = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    needed, settings = pyproject["project"].get("dependencies"), _relevant(pyproject["tool"].get(tool, {}))
    application = [item for item in read.items() if not item[0].startswith("tests/") and item[0] != "pyproject.toml"]
    found = {}
    for name in sorted({path.rpartition("/")[0] for path in read if re.fullmatch(r"tests/\w+/test_\w+\.py", path)}):
        own = {path for path in read if path.startswith(f"{name}/")}
        seen = own | _imported(project, read, {*own, "tests/__init__.py", "tests/conftest.py"} & read.keys())
        found[name] = digest(
            [name, needed, _settings_of(name, settings), *application, *((path, read[path]) for path in seen)]
        )
    return found


def _relevant(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tool's settings without the options that only select tests and plugins."""
    options = settings.get("addopts", [])
    choices = {index + step for index, option in enumerate(options) if option in {"-m", "-p"} for step in (0, 1)}
    kept = [option for index, option in enumerate(options) if index not in choices]
    return {**settings, "addopts": kept, "markers": None}


def _settings_of(folder: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tool's settings without mypy's overrides for the modules of other folders."""
    others = re.compile(rf"(?!{folder.replace('/', '.')}\.|tests\.factories\.)tests\.")
    kept = [override for override in settings.get("overrides", []) if not others.match(str(override["module"]))]
    return {**settings, "overrides": kept}


def _imported(project: Path, read: Sums, roots: set[str]) -> set[str]:
    """Return these files, and the files of `tests` that they import, directly or not."""
    found: set[str] = set()
    queue = list(roots)
    while queue:
        path = queue.pop()
        if path in found:
            continue
        found.add(path)
        if path.endswith(".py"):
            for name in _named(project / path, read[path]):
                parts = name.split(".")
                parents = ["/".join([*parts[:length], "__init__.py"]) for length in range(1, len(parts) + 1)]
                queue += read.keys() & {"/".join(parts) + ".py", *parents}
    return found


# The same file is in many projects.
_NAMED: dict[str, list[str]] = {}


def _named(file: Path, checksum: str) -> list[str]:
    """Return the modules of `tests` that a file imports, or names in a string, as for a plugin."""
    if checksum not in _NAMED:
        names = []
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                names += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.append(node.value)
        _NAMED[checksum] = [name for name in names if re.fullmatch(r"tests(\.\w+)+", name)]
    return _NAMED[checksum]
