"""`copier update`: from one tag to the next with a user's edits kept, and from one answer to another."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
import yaml
from combinations import STACK, Combination, one_per
from copier import run_copy, run_update
from jinja2 import Environment
from pytest_copier.plugin import CopierFixture
from rendering import contents, copy_template

DATA = {"project_name": "{{ 7*7 }}", "package_name": "shop", "project_description": "\"quotes\" and 'more' {% raw %}"}


def git(folder: Path, *command: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    """Commit all that a folder holds, in a repository begun if need be."""
    if not (folder / ".git").exists():
        git(folder, "init")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", message)


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that has to be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def texts(project: Path) -> dict[str, str]:
    """Return a project's files, but for the one in which Copier notes where it stands."""
    return {path: content.decode() for path, content in contents(project).items() if path != ".copier-answers.yml"}


@pytest.fixture(scope="module", autouse=True)
def compiled_once() -> Iterator[None]:
    """Copier compiles all templates anew in each copy, of which an update makes several."""
    compiled: dict[tuple[object, ...], CodeType] = {}
    compile_anew = Environment.compile

    def compile_once(environment: Environment, source: str, name: str | None = None, *place: Any) -> CodeType:  # noqa: ANN401
        if (source, name) not in compiled:
            compiled[source, name] = compile_anew(environment, source, name, *place)
        return compiled[source, name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", compile_once)
        yield


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template in a repository of its own, as release 1.0.0."""
    copy_template(tmp_path / "template")
    commit(tmp_path / "template", "First release")
    git(tmp_path / "template", "tag", "v1.0.0")
    return tmp_path / "template"


@pytest.mark.parametrize("combination", one_per(*sorted(STACK)), ids=str)
def test_a_new_release_reaches_a_project_and_keeps_its_edits(
    template: Path, tmp_path: Path, combination: Combination
) -> None:
    data = combination.data | DATA
    project, fresh = tmp_path / "project", tmp_path / "fresh"
    run_copy(str(template), project, data=data, defaults=True, quiet=True)
    commit(project, "Generated")
    edit(project / "README.md", "\n## ", "\nOurs.\n\n## ")
    (project / "src/shop/ours.py").write_text('"""Ours."""\n', encoding="utf-8")
    with (project / "src/shop/tokens.py").open("a", encoding="utf-8") as tokens:
        tokens.write("\nOURS = 1\n")
    commit(project, "Ours")

    edit(template / "template/src/{{package_name}}/tokens.py", '"""\n', '"""\n\nTHEIRS = 1\n')
    (template / "template/src/{{package_name}}/theirs.py").write_text('"""Theirs."""\n', encoding="utf-8")
    commit(template, "Second release")
    git(template, "tag", "v2.0.0")
    run_update(project, defaults=True, overwrite=True, quiet=True)
    run_copy(str(template), fresh, data=data, defaults=True, quiet=True)

    updated, expected = texts(project), texts(fresh)
    assert "THEIRS = 1" in expected["src/shop/tokens.py"]
    expected["src/shop/ours.py"] = '"""Ours."""\n'
    expected["src/shop/tokens.py"] += "\nOURS = 1\n"
    expected["README.md"] = expected["README.md"].replace("\n## ", "\nOurs.\n\n## ", 1)
    assert updated == expected
    assert not any("<<<<<<<" in text or path.endswith(".rej") for path, text in updated.items())
    kept = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert {name: kept[name] for name in data} == data
    assert kept["_commit"] == "v2.0.0"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"ci": "github"}, {"ci": "gitlab"}),
        ({"database": "sqlite"}, {"database": "postgresql"}),
        ({"database_access": "async"}, {"database_access": "sync"}),
        ({"use_websockets": True}, {"use_websockets": False}),
        ({"use_websockets": False}, {"use_websockets": True}),
        ({"license": "MIT"}, {"license": "none"}),
    ],
    ids=str,
)
def test_a_changed_answer_gives_what_it_would_have_given_at_first(
    copier: CopierFixture, tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    project = copier.copy(tmp_path / "project", **before)
    commit(tmp_path / "project", "Generated")
    project.update(**after)
    fresh = copier.copy(tmp_path / "fresh", **before | after)
    assert texts(tmp_path / "project") == texts(tmp_path / "fresh")
    assert project.answers == fresh.answers
