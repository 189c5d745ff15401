"""Mutants of Python sources: cosmic-ray's, and others that are typical of a web API.

cosmic-ray rather than mutmut, because its operators work as a library: they take a source and a number, and return the
changed source. mutmut 3 has its own test runner, and changes only the bodies of functions: no limit of a field, no
default of a setting and no decorator.

cosmic-ray changes operators, numbers, keywords, decorators and exceptions. This module adds:

- a statement is removed, or a function returns `None`;
- an argument is removed: `status_code=…`, `max_length=…`, one condition of a `where(…)`;
- a method call of a chain is removed: `.where(…)`, `.order_by(…)`, `.with_for_update()`;
- a string is changed.
"""

import ast
import random
import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# A position in a source: line, and column in characters.
Place = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """A source with one fault in it."""

    path: str
    """The path of the source, relative to the package."""
    kind: str
    place: Place
    before: str
    after: str

    @property
    def changes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The removed and the added lines, without context."""
        lines = [*unified_diff(self.before.splitlines(), self.after.splitlines(), n=0, lineterm="")][2:]
        gone, come = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
        return tuple(gone), tuple(come)

    @property
    def name(self) -> str:
        """A name that stays the same when other parts of the file change."""
        gone, come = self.changes
        return f"{self.path}: {' '.join(gone)} -> {' '.join(come)}"

    def __str__(self) -> str:
        """Return the place and the difference."""
        gone, come = self.changes
        lines = [f"{self.path}:{self.place[0]} ({self.kind})", *(f"- {line}" for line in gone)]
        return "\n".join([*lines, *(f"+ {line}" for line in come)])


def sample(package: Path, files: list[Path], number: int, seed: int, only: str = "") -> list[Mutant]:
    """Draw `number` mutants whose names match a pattern, at most one for each place and kind."""
    choice = random.Random(seed)  # noqa: S311 - it has to be reproducible
    found = [mutants for file in files for mutants in _mutants(file.relative_to(package).as_posix(), file.read_text())]
    drawn: dict[str, Mutant] = {}
    for mutants in choice.sample(found, len(found)):
        mutant = choice.choice(mutants)()
        if mutant is not None and re.search(only, mutant.name):
            drawn.setdefault(mutant.name, mutant)
        if len(drawn) == number:
            break
    return [*drawn.values()]


@dataclass(frozen=True)
class Change:
    """A fault that can be planted."""

    path: str
    kind: str
    place: Place
    source: str
    occurrence: int | None = None
    """The number of the place among those of cosmic-ray's operator; None for a fault that is not cosmic-ray's."""
    end: Place = (0, 0)
    replacement: str = ""

    def __call__(self) -> Mutant | None:
        """Return the mutant, or None if the source does not change or does not compile."""
        if self.occurrence is None:
            after = _replaced(self.source, self.place, self.end, self.replacement)
        else:
            try:
                after = mutate_code(self.source, dict(_operators())[self.kind], self.occurrence) or self.source
            except AttributeError:  # cosmic-ray does not support exceptions with a dotted name
                return None
        if after == self.source or not _compiles(after):
            return None
        return Mutant(self.path, self.kind, self.place, self.source, after)


def _mutants(path: str, source: str) -> Iterator[list[Change]]:
    """Yield the possible faults of each place and kind."""
    tree = ast.parse(source)
    types = [*_types(tree)]
    nodes = [*ast_nodes(get_ast(source))]
    found: dict[tuple[Place, str], list[Change]] = defaultdict(list)
    for kind, operator in _operators():
        places = (place for node in nodes for place in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(places):
            if not ("BitOr" in kind and any(first <= start <= last for first, last in types)):
                change = Change(path, kind, start, source, occurrence)
                found[start, kind.partition("_")[0]].append(change)
    for change in _Own(path, source, tree):
        found[change.place, change.kind].append(change)
    yield from found.values()


@cache
def _operators() -> list[tuple[str, Any]]:
    """Return cosmic-ray's operators with their names, except those that take arguments."""
    operators = ((name.removeprefix("core/"), get_operator(name)) for name in operator_names())
    return [(name, operator()) for name, operator in operators if not operator.arguments()]


def _types(tree: ast.AST) -> Iterator[tuple[Place, Place]]:
    """Yield the ranges of annotations, where `|` joins types and a change has no effect at run time."""
    for node in ast.walk(tree):
        notes = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant) and node.right.value is None:
            notes.append(node)
        for note in notes:
            if isinstance(note, ast.expr):
                yield (note.lineno, note.col_offset), (note.end_lineno or 0, note.end_col_offset or 0)


CHAINED = {
    "distinct",
    "exclude",
    "execution_options",
    "filter",
    "get_queryset",
    "limit",
    "offset",
    "options",
    "order_by",
    "prefetch_related",
    "returning",
    "select_for_update",
    "select_related",
    "where",
    "with_for_update",
    "with_only_columns",
}


class _Own:
    """The faults of one source that this module adds to cosmic-ray's."""

    def __init__(self, path: str, source: str, tree: ast.AST) -> None:
        self.path, self.source, self.tree = path, source, tree
        self.lines = source.splitlines(keepends=True)

    def __iter__(self) -> Iterator[Change]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from self.statements(node)
            elif isinstance(node, ast.Call):
                yield from self.arguments(node)
                if isinstance(node.func, ast.Attribute) and node.func.attr in CHAINED:
                    yield self.change("RemoveLink", self.end(node.func.value), self.end(node), "")
        for text in _texts(self.tree):
            yield self.change("ChangeText", self.start(text), self.end(text), repr(f"X{text.value!s}"))

    def statements(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Change]:
        """Yield faults that remove a statement, or return None."""
        for statement in _simple(function):
            if not isinstance(statement, ast.Return | ast.Pass):
                yield self.change("RemoveStatement", self.start(statement), self.end(statement), "pass")
            elif isinstance(statement, ast.Return) and (value := statement.value) and ast.unparse(value) != "None":
                yield self.change("ReturnNone", self.start(value), self.end(value), "None")

    def arguments(self, call: ast.Call) -> Iterator[Change]:
        """Yield faults that remove a keyword argument, or a condition of a query."""
        everything: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        given = sorted(everything, key=self.start)
        ends = [*map(self.start, given[1:]), *(self.end(last) for last in given[-1:])]
        query = isinstance(call.func, ast.Attribute) and call.func.attr in CHAINED
        for argument, end in zip(given, ends, strict=True):
            if isinstance(argument, ast.keyword) or (query and len(given) > 1):
                yield self.change("RemoveArgument", self.start(argument), end, "")

    def change(self, kind: str, start: Place, end: Place, replacement: str) -> Change:
        """Return a fault that replaces the source between two places."""
        return Change(self.path, kind, start, self.source, end=end, replacement=replacement)

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> Place:
        """Return where a node starts, in characters (`ast` counts bytes)."""
        return self._place(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> Place:
        """Return where a node ends."""
        return self._place(node.end_lineno or 0, node.end_col_offset or 0)

    def _place(self, line: int, column: int) -> Place:
        return line, len(self.lines[line - 1].encode()[:column].decode())


def _simple(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.stmt]:
    """Yield the simple statements of a function, without its docstring and nested functions."""
    inner = [*function.body]
    while inner:
        statement = inner.pop()
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        if any(blocks):
            inner.extend(child for block in blocks for child in block)
            inner.extend(child for handler in getattr(statement, "handlers", []) for child in handler.body)
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            yield statement


def _texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the strings other than docstrings, annotations and parts of f-strings."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            left_out.update(id(part) for part in ast.walk(node))
        notes = [getattr(node, name, None) for name in ("annotation", "returns")]
        left_out.update(id(note) for note in notes if isinstance(note, ast.Constant))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node


def _replaced(source: str, start: Place, end: Place, replacement: str) -> str:
    lines = source.splitlines(keepends=True)
    first, last = (sum(map(len, lines[: line - 1])) + column for line, column in (start, end))
    return source[:first] + replacement + source[last:]


def _compiles(source: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, "", "exec")
    except SyntaxError:
        return False
    return True
