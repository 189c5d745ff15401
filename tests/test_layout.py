"""The layout: a folder for each subject, files with little Jinja, and paths that stay where they are."""

import io
import re
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import grimp
import pytest
from combinations import ROOT, STACK, Combination, one_per
from copier._template import load_template_config
from release import releases
from rendering import TEMPLATE as READ
from rendering import Projects, contents, copy_template, render
from test_template import COMPUTED, ENVIRONMENT, FILES, FLAGS, TEMPLATE, path_of

# The subjects' folders ("rooms"), from the highest layer to the lowest. Those in one tuple do not import each other.
ROOMS = [("dashboard",), ("resources", "orders"), ("updates",), ("accounts",), ("core",)]
COMMANDS = {"migrate", "seed", "application", "serve", "develop"}
MOST_TAGS = 8
# Files that list the answers, and may hold more Jinja: settings, documents, CI.
LISTS = re.compile(r"pyproject\.toml\.jinja|(README|AGENTS|(.*/)?docs/[\w-]+)\.md\.jinja|{{git(hub|lab)}}/.*")
MOST_LINES = 250
# Files that may be longer: snapshots, pacts, the licence, and the README, which is read by section.
RECORDS = re.compile(r"tests/snapshot/__snapshots__/.*|tests/pact/consumers/.*|LICENSE|README\.md")
# Files that only async code needs, or only sync code.
ONE_SIDED = {"tests/contract/blocking.py", "tests/integration/test_database.py", "tests/unit/test_threads.py"}

EVERYTHING = one_per("example", *sorted(STACK), "use_websockets", last=True)
each_application = pytest.mark.parametrize("combination", EVERYTHING, ids=str)


@each_application
def test_imports_between_subjects_go_in_one_direction(
    projects: Projects, combination: Combination, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(projects.get(combination.data | {"package_name": "shop"}) / "src")
    graph = grimp.build_graph("shop", cache_dir=None)
    children = {child.removeprefix("shop.") for child in graph.find_children("shop")}
    rooms = {room for names in ROOMS for room in names}
    left_out = {"orders", "dashboard"} if combination["example"] == "resource" else set()
    left_out |= set() if combination["use_websockets"] else {"updates"}
    assert children & rooms == rooms - left_out
    layers = [grimp.Layer(*children - rooms, independent=False)]
    layers += [grimp.Layer(*there) for names in ROOMS if (there := set(names) & children)]
    wrong = graph.find_illegal_dependencies_for_layers(layers, containers={"shop"})
    assert not sorted(f"{found.importer} imports {found.imported}" for found in wrong)
    importers = {module.split(".")[1] for module in graph.find_modules_that_directly_import("shop")}
    assert not importers & rooms, "a subject imports the package's `__init__.py`, outside the layers"


def test_code_holds_few_jinja_tags() -> None:
    counted = {}
    for file in FILES:
        if file.suffix == ".jinja" and not LISTS.fullmatch(path_of(file)):
            found = re.findall(r"{{.*?}}|{%.*?%}", file.read_text(encoding="utf-8"), re.DOTALL)
            counted[path_of(file)] = sum(tag != "{{ package_name }}" for tag in found)
    most = {path: number for path, number in counted.items() if number > MOST_TAGS}
    assert not most, "move what differs to an overlay"


def test_a_computed_value_is_a_flag_or_a_command() -> None:
    assert {*COMPUTED} - FLAGS == COMMANDS, "code that differs in words is derived: see extensions/derive.jinja"


@pytest.mark.parametrize("combination", [c for c in EVERYTHING if c["database_access"] == "async"], ids=str)
def test_async_and_sync_projects_have_the_same_files(projects: Projects, combination: Combination) -> None:
    one, other = (contents(projects.get(combination.data | {"database_access": way})) for way in ("async", "sync"))
    assert one.keys() ^ other.keys() == ONE_SIDED & (one.keys() | other.keys())


def is_derived(file: Path) -> bool:
    """Return whether a template file is derived from another."""
    return file.suffix == ".jinja" and "extensions/derive.jinja" in file.read_text(encoding="utf-8")


def test_a_derived_file_is_one_line() -> None:
    derived = {path_of(file): file.read_text(encoding="utf-8") for file in FILES if is_derived(file)}
    assert derived
    assert not [path for path, source in derived.items() if source.count("\n") > 1]


def test_sync_code_is_derived_where_it_differs_in_words_alone(projects: Projects) -> None:
    data = {"use_websockets": True, "package_name": "shop"}
    one, other = (contents(projects.get(data | {"database_access": way})) for way in ("async", "sync"))
    derive: Any = ENVIRONMENT.get_template("extensions/derive.jinja").make_module({"framework": "fastapi"})
    written = [file for file in FILES if "{{sync}}" in path_of(file) and not is_derived(file)]
    for file in written:
        path = path_in_project(file)
        if path.endswith(".py") and path in one.keys() & other.keys():
            words = derive.in_words_of_the_client(derive.sync(one[path].decode(), []))
            assert words.strip() != other[path].decode().strip(), f"derive {path_of(file)}"


def path_in_project(file: Path) -> str:
    """Return the path of a template file in a project whose package is called `shop`."""
    parts = [part for part in file.relative_to(TEMPLATE).parts if part[2:-2] not in FLAGS]
    return "/".join(parts).removesuffix(".jinja").replace("{{package_name}}", "shop")


@each_application
def test_no_file_is_too_long(projects: Projects, combination: Combination) -> None:
    found = contents(projects.get(combination.data))
    lines = {path: text.count(b"\n") for path, text in found.items() if not RECORDS.fullmatch(path)}
    assert not {path: number for path, number in lines.items() if number > MOST_LINES}


def template_of(tag: str, destination: Path) -> Path:
    """Write the template of a release to a folder."""
    archive = subprocess.run(["git", "archive", tag, *READ], check=True, cwd=ROOT, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(destination, filter="data")
    return destination


def gone(old: Path, new: Path, folder: Path, chosen: Iterable[Combination]) -> set[str]:
    """Return the paths that projects of the old template have and those of the new one lack, for the same answers."""
    asked = load_template_config(old / "copier.yml").keys()
    found: set[str] = set()
    for index, combination in enumerate(chosen):
        data = {name: answer for name, answer in combination.data.items() if name in asked}
        data |= {"package_name": "package", "license": "MIT"}
        before, after = (contents(render(it, folder / f"{index}-{it.name}", data)) for it in (old, new))
        found |= before.keys() - after.keys()
    return found


def unannounced(paths: Iterable[str], changelog: str) -> list[str]:
    """Return the paths that the changelog's section Unreleased does not name."""
    notes = changelog.partition("## [Unreleased]")[2].partition("\n## [")[0]
    return sorted(path for path in paths if f"`{path}`" not in notes)


def test_a_path_of_the_last_release_exists_or_the_changelog_names_it(projects: Projects, tmp_path: Path) -> None:
    for tag in releases()[-1:]:
        chosen = one_per("example", *sorted(STACK), "use_websockets", "database", last=True)
        chosen += one_per("ci")
        paths = gone(template_of(tag, tmp_path / "released"), projects.template, tmp_path / "projects", chosen)
        missing = unannounced(paths, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
        assert not missing, f"an update from {tag} drops the owner's edits: name it in CHANGELOG.md, or keep it"


def test_a_removed_path_is_found_unless_the_changelog_names_it(projects: Projects, tmp_path: Path) -> None:
    old = copy_template(tmp_path / "old")
    for name in ("gone", "gone too"):
        (old / "template" / "{{postgresql}}" / f"{name}.txt").write_text("", encoding="utf-8")
    paths = gone(old, projects.template, tmp_path / "projects", one_per("database", framework="flask"))
    assert paths == {"gone.txt", "gone too.txt"}
    changelog = "## [Unreleased]\n- `gone.txt` is gone\n\n## [1.0.0]\n- `gone too.txt` is new\n"
    assert unannounced(paths, changelog) == ["gone too.txt"]
