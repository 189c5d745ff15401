"""Remembers the tests that passed, so that they run again only when something that they depend on has changed.

Every test depends on its module, on the modules of the meta-tests that it imports, on the installed packages, and on
the template: a test in OF_ONE on the files that its combination is rendered from, a test of a module in OF_A_STACK on
the files of all combinations of its stack, and any other test on the whole template.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import costs
from combinations import COMBINATIONS, ROOT, Combination, compiled, questions
from jinja2 import Environment, meta
from rendering import TEMPLATE, files
from sharing import surroundings

# Modules whose tests may render other combinations of the same stack.
OF_A_STACK = {
    "test_callers",
    "test_faults",
    "test_installation",
    "test_layers",
    "test_promises",
    "test_recipes",
    "test_surroundings",
}
# Test functions that render their own combination only.
OF_ONE = {
    "test_every_file_parses_and_is_tidy",
    "test_ruff_finds_nothing",
    "test_the_declared_dependencies_are_the_imported_ones",
    "test_the_workflows_are_valid",
    "test_compose_is_valid",
    "test_the_lock_meets_the_project",
    "test_its_own_tests_pass",
    "test_its_types_hold",
    "test_its_load_tests_pass",
}
HERE = ROOT / "tests"
FLAG = re.compile(r"{{ *(\w+) *}}")
NAMED = re.compile(r"""["'](template/[^"']+)["']""")


@cache
def _expressions() -> dict[str, tuple[str, list[str]]]:
    """Return, for each flag, its Jinja expression and the names in it."""
    found = {}
    for name, value in questions().items():
        if value.get("when") is False and (flag := re.match(r"{{ '\.' if .*?}}", str(value["default"]))):
            found[name] = (flag[0], sorted(meta.find_undeclared_variables(Environment().parse(flag[0]))))  # noqa: S701
    return found


@cache
def _rendered(expression: str, known: tuple[tuple[str, Any], ...]) -> str:
    return compiled(expression).render(dict(known))


@cache
def flags(combination: Combination) -> frozenset[str]:
    """Return the flags of a combination, each of which names an overlay."""
    known = {name: value["default"] for name, value in questions().items()} | dict(combination.answers)
    for name, (expression, names) in _expressions().items():
        known[name] = _rendered(expression, tuple((name, known[name]) for name in names))
    return frozenset(name for name in _expressions() if known[name])


@cache
def _flags_of_stack(stack: tuple[object, ...]) -> frozenset[str]:
    return frozenset().union(*(flags(combination) for combination in COMBINATIONS if combination.stack == stack))


@cache
def _sources(root: Path) -> dict[str, tuple[set[str], str, set[str]]]:
    """Return, for each file of the template, its overlays, its checksum, and the template files that it names."""
    found = {}
    for file in files(root / "template"):
        path = file.relative_to(root).as_posix()
        content = file.read_bytes()
        overlays = {match[1] for part in path.split("/")[1:-1] if (match := FLAG.fullmatch(part))}
        named = set(NAMED.findall(content.decode(errors="replace"))) if file.suffix == ".jinja" else set()
        found[path] = (overlays - {"package_name"}, hashlib.sha256(content).hexdigest(), named)
    return found


@cache
def template(chosen: frozenset[str], root: Path = ROOT) -> str:
    """Return a digest of everything that is rendered with these overlays."""
    sources = _sources(root)
    queue = [path for path, (overlays, _, _) in sources.items() if overlays <= chosen]
    read: set[str] = set()
    while queue:
        path = queue.pop()
        if path not in read and path in sources:
            read.add(path)
            queue += sources[path][2]
    return _digest((path, sources[path][1]) for path in sorted(read))


@cache
def _everything() -> str:
    return _digest((path, checksum) for path, (_, checksum, _) in _sources(ROOT).items())


@cache
def _imported(module: str) -> frozenset[str]:
    """Return a module of the meta-tests and those that it imports, directly or not."""
    file = HERE / f"{module}.py"
    if not file.is_file():
        return frozenset()
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return frozenset({module}).union(*(_imported(name) for name in names - {module}))


@cache
def _around(module: str) -> str:
    """Return a digest of what every test of a module depends on, apart from the template."""
    own = [HERE / f"{name}.py" for name in sorted(_imported(module) | _imported("conftest"))]
    data = [path for path in files(HERE) if path.suffix not in {".md", ".py"} and path != costs.FILE]
    common = [ROOT / "pyproject.toml", *(file for name in TEMPLATE[:2] for file in _files(ROOT / name))]
    read = [(path.relative_to(ROOT), path.read_bytes()) for path in (*own, *data, *common)]
    return _digest([surroundings(), *read])


def _files(place: Path) -> list[Path]:
    return files(place) if place.is_dir() else [place]


def _digest(read: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(read)).encode()).hexdigest()[:16]


@cache
def _documents() -> str:
    return _digest(path.read_bytes() for path in sorted(ROOT.glob("*.md")))


def key(nodeid: str, combination: Combination | None) -> str:
    """Return a digest of everything that a test depends on."""
    module, _, test = nodeid.rpartition("/")[2].partition(".py::")
    if combination and test.partition("[")[0] in OF_ONE:
        read = [template(flags(combination))]
    elif combination and module in OF_A_STACK:
        read = [template(_flags_of_stack(combination.stack))]
    else:
        read = [_everything(), _documents()]
    return _digest([nodeid, _around(module), *read])


class Memory:
    """The tests that passed in earlier sessions, each with the key it passed under."""

    def __init__(self, folder: Path) -> None:
        """Read the memory from a folder, if it has one."""
        self.file = folder / "tests.json"
        self.keys: dict[str, str] = json.loads(self.file.read_text()) if self.file.exists() else {}

    def has(self, nodeid: str, combination: Combination | None) -> bool:
        """Return whether a test has passed, and nothing that it depends on has changed since."""
        return nodeid in self.keys and self.keys[nodeid] == key(nodeid, combination)

    def add(self, keys: Mapping[str, str]) -> None:
        """Save the tests that passed."""
        written = self.file.with_suffix(".writing")
        written.write_text(json.dumps({**self.keys, **keys}))
        written.rename(self.file)
