"""Rules that the template's files and questions follow, whatever is rendered from them."""

import keyword
import re
import sys
from collections import defaultdict
from functools import cache
from itertools import combinations as pairs
from pathlib import Path
from typing import Any

import pytest
import yaml
from combinations import COMBINATIONS, ROOT, covering, questions, settings
from jinja2 import Environment, FileSystemLoader, Template, meta
from naming import acceptable, distributions, installed, sought
from rendering import Projects, files

TEMPLATE = ROOT / "template"
FILES = files(TEMPLATE)
ENVIRONMENT = Environment(
    extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
    loader=FileSystemLoader(ROOT),
    autoescape=False,  # noqa: S701 - it renders no HTML
)
FLAGS = {name for name, value in questions().items() if str(value["default"]).startswith("{{ '.' if ")}
# The variables that Copier defines.
COPIERS = {"_copier_answers", "_copier_conf"}
COMPUTED = [name for name, value in questions().items() if value.get("when") is False]
# What a path may contain apart from flags.
IN_PATHS = {"package_name", "_copier_conf.answers_file"}


def path_of(file: Path) -> str:
    """Return the path of a template file, relative to the template."""
    return file.relative_to(TEMPLATE).as_posix()


def variables(source: str) -> set[str]:
    """Return the variables that a Jinja source uses."""
    return meta.find_undeclared_variables(ENVIRONMENT.parse(source))


def overlays(file: Path) -> list[str]:
    """Return the flags of the overlays that a file is in."""
    return [flag for part in file.relative_to(TEMPLATE).parts if (flag := part[2:-2].strip()) in FLAGS]


@cache
def compiled(source: str) -> Template:
    """Return a Jinja template, compiled once."""
    return ENVIRONMENT.from_string(source)


def computed(data: dict[str, Any]) -> dict[str, Any]:
    """Return the answers with the computed values, as Copier computes them."""
    answers = {name: value["default"] for name, value in questions().items()} | data
    for name in COMPUTED:
        answers[name] = compiled(questions()[name]["default"]).render(answers)
    return answers


def test_nothing_needs_trust() -> None:
    assert {"_tasks", "_migrations", "_jinja_extensions"}.isdisjoint(settings()), "Copier refuses these without --trust"


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_every_variable_is_declared(file: Path) -> None:
    used = variables(path_of(file))
    if file.suffix == ".jinja":
        used |= variables(file.read_text(encoding="utf-8"))
    undeclared = sorted(used - set(questions()) - COPIERS)
    assert not undeclared, "copier.yml does not declare these"


def test_every_question_and_every_flag_is_used() -> None:
    sources = [path_of(file) for file in FILES]
    sources += [file.read_text(encoding="utf-8") for file in FILES if file.suffix == ".jinja"]
    sources += [str(value.get(key, "")) for value in questions().values() for key in ("default", "when")]
    used = set().union(*(variables(source) for source in sources))
    unused = sorted(set(questions()) - used)
    assert not unused, "nothing uses these: remove them from copier.yml"


def test_a_value_is_computed_from_earlier_ones_only() -> None:
    # A name that is not computed yet may have a value from elsewhere.
    for index, (name, value) in enumerate(questions().items()):
        before = {*list(questions())[:index]}
        for key in ("default", "when"):
            assert variables(str(value.get(key, ""))) <= before, f"{name} is computed from a later value"


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_a_path_names_flags_and_has_no_condition(file: Path) -> None:
    assert "{%" not in path_of(file), "move what depends on an answer to an overlay"
    named = {name.strip() for name in re.findall(r"{{(.*?)}}", path_of(file))}
    assert not named - FLAGS - IN_PATHS, "a folder is named after a flag of copier.yml"


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_the_suffix_says_whether_a_file_holds_jinja(file: Path) -> None:
    try:
        source = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        source = ""
    holds_jinja = any(kind != "data" for _, kind, _ in ENVIRONMENT.lex(source))
    assert holds_jinja == (file.suffix == ".jinja"), "the suffix .jinja is for files with Jinja, and for no others"


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
            assert not both, f"{path} is rendered from {path_of(one)} and {path_of(other)} in {both[0]}"


def names(variable: str) -> set[str]:
    """Return one of the lists of extensions/naming.jinja."""
    return set(getattr(ENVIRONMENT.get_template("extensions/naming.jinja").module, variable))


def test_every_keyword_is_listed() -> None:
    assert acceptable(set(keyword.kwlist)) == names("KEYWORDS")


def test_every_module_of_the_standard_library_is_listed() -> None:
    # The standard library's package `test` is not in sys.stdlib_module_names.
    missing = acceptable({*sys.stdlib_module_names, "test"}) - names("STDLIB")
    assert not missing, "add it to extensions/naming.jinja"


def test_every_name_that_would_be_taken_for_another_package_is_listed(projects: Projects) -> None:
    found = distributions(projects)
    reserved = names("RESERVED")
    missing = (installed(found) | sought(found, reserved)) - reserved
    assert not missing, "run `python tests/naming.py`"


def test_every_word_that_yaml_does_not_read_as_a_string_is_listed() -> None:
    resolvers = [regex for found in yaml.SafeLoader.yaml_implicit_resolvers.values() for _, regex in found]
    words = {word for regex in resolvers for word in re.findall("[a-z]+", regex.pattern) if regex.match(word)}
    # YAML 1.1 also has these two; not every parser knows them.
    assert acceptable(words) | {"y", "n"} == names("YAML")


def test_every_folder_of_a_project_is_listed(projects: Projects) -> None:
    tops = {path.name for c in covering(2) for path in projects.get(c.data).iterdir() if path.is_dir()}
    assert not acceptable(tops) - names("RESERVED"), "add it to extensions/naming.jinja"
