"""Releases: each has notes, is published once, and can update projects of every earlier release."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from combinations import ROOT, Combination, one_per
from copier import run_copy, run_update
from release import releases
from rendering import TEMPLATE, contents, copy_template
from test_update import commit, git

STEPS = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]["release"]["steps"]
pytestmark = pytest.mark.usefixtures("compiled_once")
# A stand-in for GitHub's command line, which writes its arguments to a file.
GH = '#!/bin/sh\nprintf "%s\\n" "$@" > "$CALLED"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the files that a release needs, and no tag."""
    checkout = tmp_path / "checkout"
    (checkout / "tests").mkdir(parents=True)
    for name in ("pyproject.toml", "CHANGELOG.md", "tests/release.py"):
        shutil.copy(ROOT / name, checkout / name)
    commit(checkout, "Release")
    return checkout


def publish(checkout: Path) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run the workflow's last step; return the finished process, and the arguments of its call of `gh`, if any."""
    tools, called = checkout.parent / "tools", checkout.parent / "called"
    tools.mkdir()
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(0o755)
    variables = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tools),
        "GITHUB_SHA": "0a1b",
        "CALLED": str(called),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[-1]["run"]]
    done = subprocess.run(
        command, cwd=checkout, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    return done, called.read_text(encoding="utf-8").split("\n") if called.exists() else []


def version(checkout: Path) -> str:
    """Return the version of a checkout."""
    found = re.search(r'^version = "(.+)"$', (checkout / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


def test_a_new_version_is_tagged_and_published_with_its_notes(checkout: Path) -> None:
    done, called = publish(checkout)
    assert done.returncode == 0, done.stderr
    assert called[:3] == ["release", "create", f"v{version(checkout)}"]
    notes = Path(called[called.index("--notes-file") + 1]).read_text(encoding="utf-8")
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert notes.strip()
    assert notes.strip() in text.partition(f"## [{version(checkout)}] - ")[2].partition("\n## ")[0]


def test_a_version_that_has_been_released_is_left_alone(checkout: Path) -> None:
    git(checkout, "tag", f"v{version(checkout)}")
    done, called = publish(checkout)
    assert (done.returncode, called) == (0, []), done.stderr


def test_a_version_without_notes_is_not_published(checkout: Path) -> None:
    pyproject = checkout / "pyproject.toml"
    pyproject.write_text(pyproject.read_text(encoding="utf-8").replace(version(checkout), "99.0.0"), encoding="utf-8")
    done, called = publish(checkout)
    assert done.returncode
    assert "add the section `## [99.0.0] - YYYY-MM-DD`" in done.stderr
    assert not called


@pytest.mark.parametrize("combination", one_per("framework", last=True), ids=str)
@pytest.mark.parametrize("released", releases() or ["HEAD"])
def test_an_update_from_each_release_gives_what_a_copy_does_and_keeps_edits(
    tmp_path: Path, released: str, combination: Combination
) -> None:
    template, project, fresh = tmp_path / "template", tmp_path / "project", tmp_path / "fresh"
    git(ROOT, "clone", "--quiet", str(ROOT), str(template))
    run_copy(str(template), project, data=combination.data, vcs_ref=released, defaults=True, quiet=True)
    (project / "ours.md").write_text("Ours.\n", encoding="utf-8")
    commit(project, "Generated")

    for name in TEMPLATE:
        git(template, "rm", "-r", "--quiet", name)
    copy_template(tmp_path / "newest")
    shutil.copytree(tmp_path / "newest", template, dirs_exist_ok=True)
    git(template, "add", "--all")
    git(template, "commit", "--allow-empty", "--message", "Newest")
    git(template, "tag", "v999.0.0")
    run_update(project, defaults=True, overwrite=True, quiet=True)
    run_copy(str(template), fresh, data=combination.data, defaults=True, quiet=True)
    (fresh / "ours.md").write_text("Ours.\n", encoding="utf-8")

    assert contents(project) == contents(fresh)
