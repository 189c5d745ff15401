"""Write the lists in extensions/naming.jinja of names that a generated project's package cannot have.

Run it as `python tests/naming.py` when a dependency is added, or has a new release.
"""

import ast
import re
import sys
import sysconfig
import tempfile
import textwrap
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path

from combinations import ROOT, covering
from dependencies import closure, declared, load
from packaging.requirements import Requirement
from rendering import Projects

LISTS = ROOT / "extensions" / "naming.jinja"

# A line that is, or looks like, an import; and the packages in it.
LINE = re.compile(r"^[ \t]*((?:import|from)[ \t]+[a-z].*)", re.MULTILINE)
FROM = re.compile(r"from[ \t]+(\w+)[\w.]*[ \t]+import\b")
IMPORT = re.compile(r"(?:^import|,)[ \t]+(\w+)(?=[\w.]*(?:[ \t]+as[ \t]|[ \t]*(?:$|[,;#\\])))")
# Ways to look for a package that may not be installed, other than an import statement.
CALLS = ("import_module(", "importorskip(", "import_string(", "find_spec(", "__import__(", "sys.modules")
LOOK_UP = re.compile(
    r"(?:import_module|importorskip|import_string|find_spec|__import__)\(\s*['\"](\w+)[.'\"]"
    r"|['\"](\w+)['\"]\s+(?:not\s+)?in\s+sys\.modules|sys\.modules(?:\.\w+\(|\[)['\"](\w+)['\"]"
)


def acceptable(candidates: Iterable[str]) -> set[str]:
    """Return the candidates that are valid package names otherwise, so that only a list can refuse them."""
    return {name for name in candidates if re.fullmatch("(?=.{1,40}$)[a-z][a-z0-9]*(_[a-z0-9]+)*", name)}


def distributions(projects: Projects) -> dict[str, Distribution]:
    """Return every distribution that generated projects install, by name."""
    return closure({r for c in covering(2) for r in declared(load(projects.get(c.data) / "pyproject.toml"))})


def installed(found: dict[str, Distribution]) -> set[str]:
    """Return the names of the distributions, on other platforms too, and of their top-level packages."""
    names = {name.replace("-", "_") for name in found}
    for distribution in found.values():
        names |= {
            str(file.parts[0]).split(".")[0] for file in distribution.files or [] if file.suffix in {".py", ".so"}
        }
        required = [Requirement(line) for line in distribution.requires or []]
        names |= {r.name.lower().replace("-", "_").replace(".", "_") for r in required if "extra" not in str(r.marker)}
    return {name for name in acceptable(names) if not re.search("[0-9a-f]{20}", name)}


def sought(found: dict[str, Distribution], known: Collection[str] = ()) -> set[str]:
    """Return the names that the standard library and the installed distributions import.

    To save time, a file with known names only is not parsed.
    """
    names: set[str] = set()
    known = {*known} | sys.stdlib_module_names
    for file in sources(found):
        text = file.read_text(encoding="utf-8", errors="replace")
        if any(call in text for call in CALLS):
            names |= {name for match in LOOK_UP.findall(text) for name in match if name}
        if any(not acceptable(mentioned(line)) <= known for line in LINE.findall(text)):
            names |= imports(text)
    return acceptable(names - sys.stdlib_module_names)


@cache
def mentioned(line: str) -> frozenset[str]:
    """Return the packages that a line imports, if it is code and not part of a docstring."""
    return frozenset((FROM if line.startswith("from") else IMPORT).findall(line))


def sources(found: dict[str, Distribution]) -> Iterator[Path]:
    """Yield the Python files of distributions and of the standard library, without their tests."""
    for distribution in found.values():
        for file in distribution.files or []:
            if file.suffix == ".py" and not {"test", "tests"} & {*file.parts}:
                yield Path(str(file.locate()))
    standard = Path(sysconfig.get_path("stdlib"))
    for path in standard.rglob("*.py"):
        if not {"test", "tests", "idle_test", "site-packages"} & {*path.relative_to(standard).parts}:
            yield path


def imports(source: str) -> set[str]:
    """Return the top-level packages that a module imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def main() -> None:
    """Update the two lists that depend on the installed packages."""
    with tempfile.TemporaryDirectory() as folder:
        found = distributions(Projects(Path(folder)))
    here = installed(found)
    text = LISTS.read_text(encoding="utf-8")
    for variable, names in (("DEPENDENCIES", here), ("SOUGHT", sought(found) - here)):
        lines = textwrap.fill(" ".join(sorted(names)), 118, initial_indent="  ", subsequent_indent="  ")
        text = re.sub(rf"(?<=set {variable} = '\n)[^']*(?=\n'\.split)", lines, text)
    LISTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
