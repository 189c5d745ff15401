"""The template itself: that its rules hold, whatever is rendered from it."""

import keyword
import re
import sys
from collections import defaultdict
from functools import cache
from itertools import combinations as pairs
from pathlib import Path
from typing import Any

import pytest
from combinations import COMBINATIONS, ROOT, covering, questions, settings
from dependencies import closure, declared, load
from jinja2 import Environment, FileSystemLoader, Template, meta
from rendering import Projects, files

TEMPLATE = ROOT / "template"
FILES = files(TEMPLATE)
ENVIRONMENT = Environment(
    extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
    loader=FileSystemLoader(ROOT),
    autoescape=False,  # noqa: S701 - no page of HTML comes of it
)
FLAGS = {name for name, value in questions().items() if str(value["default"]).startswith("{{ '.' if ")}
# What Copier itself gives to a template.
COPIERS = {"_copier_answers", "_copier_conf"}
# What a path may name besides flags.
IN_PATHS = {"package_name", "_copier_conf.answers_file"}


def path_of(file: Path) -> str:
    """Return a template's file as it is named in the template."""
    return file.relative_to(TEMPLATE).as_posix()


def variables(source: str) -> set[str]:
    """Return the variables that a piece of Jinja reads."""
    return meta.find_undeclared_variables(ENVIRONMENT.parse(source))


def overlays(file: Path) -> list[str]:
    """Return the flags that a file stands under."""
    return [flag for part in file.relative_to(TEMPLATE).parts if (flag := part[2:-2].strip()) in FLAGS]


@cache
def compiled(source: str) -> Template:
    """Return a piece of Jinja, compiled once."""
    return ENVIRONMENT.from_string(source)


def computed(data: dict[str, Any]) -> dict[str, Any]:
    """Return the answers and the computed values, as Copier computes them."""
    answers = {name: value["default"] for name, value in questions().items()} | data
    for name, value in questions().items():
        if value.get("when") is False:
            answers[name] = compiled(value["default"]).render(answers)
    return answers


def test_nothing_needs_trust() -> None:
    assert {"_tasks", "_migrations", "_jinja_extensions"}.isdisjoint(settings()), "Copier refuses it without --trust"


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_every_variable_is_declared(file: Path) -> None:
    used = variables(path_of(file))
    if file.suffix == ".jinja":
        used |= variables(file.read_text(encoding="utf-8"))
    undeclared = sorted(used - set(questions()) - COPIERS)
    assert not undeclared, "copier.yml does not declare it"


def test_every_question_and_every_flag_is_used() -> None:
    sources = [path_of(file) for file in FILES]
    sources += [file.read_text(encoding="utf-8") for file in FILES if file.suffix == ".jinja"]
    sources += [str(value.get(key, "")) for value in questions().values() for key in ("default", "when")]
    used = set().union(*(variables(source) for source in sources))
    unused = sorted(set(questions()) - used)
    assert not unused, "nothing uses it: drop it from copier.yml"


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_a_path_names_flags_and_has_no_condition(file: Path) -> None:
    assert "{%" not in path_of(file), "what depends on an answer lives in an overlay"
    named = {name.strip() for name in re.findall(r"{{(.*?)}}", path_of(file))}
    assert not named - FLAGS - IN_PATHS, "a folder is named after a flag of copier.yml"


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_the_suffix_says_whether_a_file_holds_jinja(file: Path) -> None:
    try:
        source = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        source = ""
    holds_jinja = any(kind != "data" for _, kind, _ in ENVIRONMENT.lex(source))
    assert holds_jinja == (file.suffix == ".jinja"), "the suffix is for what holds Jinja, and for nothing else"


def test_no_two_overlays_render_the_same_path() -> None:
    rendered = defaultdict(list)
    for file in FILES:
        parts = [part for part in file.relative_to(TEMPLATE).parts if part[2:-2].strip() not in FLAGS]
        rendered["/".join(parts).removesuffix(".jinja")].append(file)
    chosen = {str(combination): computed(combination.data) for combination in COMBINATIONS}
    for path, sources in rendered.items():
        for one, other in pairs(sources, 2):
            needed = {*overlays(one), *overlays(other)}
            both = [name for name, flags in chosen.items() if all(flags[flag] for flag in needed)]
            assert not both, f"{path} comes of {path_of(one)} and of {path_of(other)} in {both[0]}"


def names(variable: str) -> set[str]:
    """Return one of the lists of extensions/naming.jinja."""
    return set(getattr(ENVIRONMENT.get_template("extensions/naming.jinja").module, variable))


def acceptable(candidates: set[str]) -> set[str]:
    """Return those that only a list can refuse: anything else is no name of a package anyway."""
    return {name for name in candidates if re.fullmatch("[a-z][a-z0-9_]{0,39}", name)}


def test_every_keyword_is_listed() -> None:
    assert acceptable(set(keyword.kwlist)) == names("KEYWORDS")


def test_every_module_of_the_standard_library_is_listed() -> None:
    # `test` is a package of Python's that sys.stdlib_module_names leaves out.
    missing = acceptable({*sys.stdlib_module_names, "test"}) - names("STDLIB")
    assert not missing, "add it to extensions/naming.jinja"


def test_everything_that_a_project_installs_is_listed(projects: Projects) -> None:
    requirements = {r for c in covering(2) for r in declared(load(projects.get(c.data) / "pyproject.toml"))}
    installed = set()
    for name, distribution in closure(requirements).items():
        # A package's own distribution is called like the package: `pyjwt` would depend on itself.
        installed.add(name.replace("-", "_"))
        installed |= {
            str(file.parts[0]).split(".")[0] for file in distribution.files or [] if file.suffix in {".py", ".so"}
        }
    missing = {name for name in acceptable(installed) if not re.search("[0-9a-f]{20}", name)} - names("RESERVED")
    assert not missing, "add it to extensions/naming.jinja"


def test_every_folder_of_a_project_is_listed(projects: Projects) -> None:
    tops = {path.name for c in covering(2) for path in projects.get(c.data).iterdir() if path.is_dir()}
    assert not acceptable(tops) - names("RESERVED"), "add it to extensions/naming.jinja"
