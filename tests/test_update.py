"""`copier update`: to a newer release, with the owner's edits kept, and to other answers."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from combinations import ROOT, STACK, Combination, one_per
from copier import run_copy, run_recopy, run_update
from copier.errors import UserMessageError
from pytest_copier.plugin import CopierFixture
from rendering import contents, copy_template

pytestmark = pytest.mark.usefixtures("compiled_once")

DATA = {"project_name": "{{ 7*7 }}", "package_name": "shop", "project_description": "\"quotes\" and 'more' {% raw %}"}


def git(folder: Path, *command: str) -> str:
    """Run git in a folder, and return what it prints."""
    return subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything in a folder; initialize a repository if there is none."""
    if not (folder / ".git").exists():
        git(folder, "init")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", message)


def edit(file: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text, which must exist."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def texts(project: Path) -> dict[str, str]:
    """Return the text of a project's files, without Copier's answers file."""
    return {path: content.decode() for path, content in contents(project).items() if path != ".copier-answers.yml"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template in its own repository, tagged as release 1.0.0."""
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
    with (project / "src/shop/accounts/tokens.py").open("a", encoding="utf-8") as tokens:
        tokens.write("\nOURS = 1\n")
    commit(project, "Ours")

    edit(template / "template/src/{{package_name}}/accounts/tokens.py", '"""\n', '"""\n\nTHEIRS = 1\n')
    (template / "template/src/{{package_name}}/theirs.py").write_text('"""Theirs."""\n', encoding="utf-8")
    commit(template, "Second release")
    git(template, "tag", "v2.0.0")
    run_update(project, defaults=True, overwrite=True, quiet=True)
    run_copy(str(template), fresh, data=data, defaults=True, quiet=True)

    updated, expected = texts(project), texts(fresh)
    assert "THEIRS = 1" in expected["src/shop/accounts/tokens.py"]
    expected["src/shop/ours.py"] = '"""Ours."""\n'
    expected["src/shop/accounts/tokens.py"] += "\nOURS = 1\n"
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
def test_a_changed_answer_gives_the_same_project_as_a_fresh_copy(
    copier: CopierFixture, tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    project = copier.copy(tmp_path / "project", **before)
    commit(tmp_path / "project", "Generated")
    project.update(**after)
    fresh = copier.copy(tmp_path / "fresh", **before | after)
    assert texts(tmp_path / "project") == texts(tmp_path / "fresh")
    assert project.answers == fresh.answers


def release(template: Path, version: str, *changes: tuple[str, str, str]) -> None:
    """Change files of the template, commit, and tag the commit."""
    for file, old, new in changes:
        edit(template / file, old, new)
    commit(template, version)
    git(template, "tag", version)


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A Flask project of release 1.0.0, edited by its owner."""
    return owned(template, tmp_path / "project", {"framework": "flask", "package_name": "shop"})


def owned(template: Path, project: Path, data: dict[str, Any]) -> Path:
    """Write a project that its owner has edited."""
    run_copy(str(template), project, data=data, defaults=True, quiet=True)
    commit(project, "Generated")
    package = project / "src" / data["package_name"]
    edit(project / "README.md", "\n## ", "\nOurs.\n\n## ")
    edit(package / "core/schemas.py", "\nfrom ", "\n# Ours.\nfrom ")
    (package / "ours.py").write_text(f"import {data['package_name']}.accounts.tokens\n", encoding="utf-8")
    (project / "tests/unit/test_accounts_tokens.py").unlink()
    commit(project, "Ours")
    return project


def head(project: Path) -> str:
    """Return the current commit, and the uncommitted changes."""
    return git(project, "status", "--porcelain=v2", "--branch")


@pytest.mark.parametrize("combination", one_per("framework"), ids=str)
def test_a_package_is_renamed_as_the_readme_says(template: Path, tmp_path: Path, combination: Combination) -> None:
    data = combination.data | {"package_name": "my_api"}
    project = owned(template, tmp_path / "project", data)
    before = texts(project)
    release(template, "v2.0.0", ("template/src/{{package_name}}/accounts/tokens.py", '"""\n', '"""\n\nTHEIRS = 1\n'))
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("#### Rename the package")[2]
    (block,) = re.findall(r"^```sh\n(.*?)^```$", section.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    rename, _, last = block.strip().rpartition("\n")
    subprocess.run(["sh", "-euc", rename], cwd=project, check=True, capture_output=True)
    assert last == "copier update"
    run_update(project, defaults=True, overwrite=True, quiet=True)
    # The result equals a project that had this name from the start, with the same edits.
    fresh = owned(template, tmp_path / "fresh", data | {"package_name": "corner_shop"})
    assert texts(project) == texts(fresh)
    assert "THEIRS = 1" in texts(project)["src/corner_shop/accounts/tokens.py"]
    assert len(texts(project)) == len(before)


def test_a_folder_renamed_alone_keeps_its_edits(project: Path) -> None:
    git(project, "mv", "src/shop", "src/bike")
    commit(project, "Rename the folder")
    run_update(project, {"package_name": "bike"}, defaults=True, overwrite=True, quiet=True)
    assert "# Ours." in (project / "src/bike/core/schemas.py").read_text(encoding="utf-8")
    assert (project / "src/bike/ours.py").exists()


@pytest.mark.parametrize("name", ["bike", "json", "shop_"])
def test_another_name_for_a_package_that_was_not_renamed_is_refused(project: Path, name: str) -> None:
    before = head(project)
    with pytest.raises(UserMessageError, match=f"there is no src/{name}/ here: to rename the package"):
        run_update(project, {"package_name": name}, defaults=True, overwrite=True, quiet=True)
    assert head(project) == before


def test_another_name_typed_for_the_package_is_asked_for_again(project: Path) -> None:
    before = head(project)
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "copier", "update", "--defaults", "--ask", "package_name"],
        cwd=project,
        env=os.environ | {"TERM": "xterm"},
        encoding="utf-8",
        timeout=60,
        dimensions=(60, 250),
    )
    child.expect_exact("rename its folder first")
    child.expect_exact("The name Python imports")
    child.send("\x15bike\r")
    child.expect_exact("there is no src/bike/ here")
    child.send("\x03")
    child.expect(pexpect.EOF)
    child.close()
    assert head(project) == before


def test_an_answer_that_a_release_no_longer_accepts_is_kept(template: Path, project: Path) -> None:
    before = texts(project)
    stricter = [
        ("extensions/naming.jinja", "alembic conftest", "alembic conftest shop"),
        ("extensions/answers.jinja", "'project_name': [1, 60]", "'project_name': [20, 60]"),
        ("extensions/answers.jinja", "'user_name': [0, 100]", "'user_name': [1, 100]"),
    ]
    release(template, "v2.0.0", *stricter)
    data = {"project_name": "A name that is long enough", "package_name": "shop"}
    with pytest.raises(ValueError, match="is reserved"):
        run_copy(str(template), project.with_name("other"), data, defaults=True, quiet=True)
    run_update(project, defaults=True, overwrite=True, quiet=True)
    assert texts(project) == before
    commit(project, "Updated")
    # The next update renders v2.0.0 again, to find the edits since.
    release(template, "v3.0.0", ("template/src/{{package_name}}/accounts/tokens.py", '"""\n', '"""\n\nTHEIRS = 1\n'))
    run_update(project, {"ci": "none"}, defaults=True, overwrite=True, quiet=True)
    after = texts(project)
    assert "THEIRS = 1" in after["src/shop/accounts/tokens.py"]
    assert before.keys() - after.keys() == {path for path in before if path.startswith(".github/")}
    commit(project, "Updated")
    run_recopy(project, defaults=True, overwrite=True, quiet=True)
    assert (project / "src/shop/ours.py").exists()
    kept = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert (kept["package_name"], kept["project_name"], kept["user_name"]) == ("shop", "My API", "")


def test_a_choice_that_a_release_no_longer_has_is_asked_for_in_one_line(template: Path, project: Path) -> None:
    gone = [
        ("copier.yml", "    GitHub Actions - .github/workflows/ci.yml: github\n", ""),
        ("copier.yml", "default: github", "default: gitlab"),
        ("copier.yml", "packages: pact\n", "packages: pacts\n"),
    ]
    release(template, "v2.0.0", *gone)
    before = head(project)
    data: dict[str, Any] = {}
    for name, value in {"ci": "none", "test_layers": ["e2e"]}.items():
        said = rf"'{name} in .copier-answers.yml: choose .*, and give it by --data {name}="
        with pytest.raises(UserMessageError, match=said):
            run_update(project, data, defaults=True, overwrite=True, quiet=True)
        assert head(project) == before
        data[name] = value
    run_update(project, data, defaults=True, overwrite=True, quiet=True)
    assert not (project / ".github").exists()
    assert not (project / "tests/pact").exists()
