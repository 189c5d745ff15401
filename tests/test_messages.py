"""The message after a copy: its commands work as printed, whatever the path of the project."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from combinations import ROOT
from rendering import Projects, Renderer

# A stand-in for uv, which would download packages: it prints its arguments and the current folder.
UV = 'uv() { printf "uv %s in %s\\n" "$*" "$PWD"; }\n'


def message(projects: Projects, destination: str, capsys: pytest.CaptureFixture[str], **data: Any) -> str:  # noqa: ANN401
    """Write a project, and return the message at the end."""
    with Renderer(src_path=str(projects.template), dst_path=Path(destination), data=data, defaults=True) as worker:
        worker.run_copy()
    return capsys.readouterr().err.rpartition("What comes next:\n")[2]


def commands(said: str) -> str:
    """Return the commands in a message."""
    return said.strip().partition("\n\n")[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder outside any repository."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize(
    "destination",
    [
        "my-api",
        "a b",
        "it's",
        '"q"',
        "$HOME",
        "back\\slash",
        "./-dash",
        "-",
        "~",
        "*",
        "[x]",
        "a;b&c|d",
        "é",
        "two\nlines",
    ],
    ids=ascii,
)
def test_the_commands_work_as_they_stand(
    projects: Projects, folder: Path, capsys: pytest.CaptureFixture[str], destination: str, shell: str
) -> None:
    script = UV + commands(message(projects, destination, capsys))
    done = subprocess.run([shell, "-euc", script], check=False, capture_output=True, text=True)
    assert not done.stderr.replace("hint: ", ""), script
    project = folder / destination
    assert done.stdout.endswith(f"uv sync in {project}\nuv run pytest in {project}\n")
    assert (project / ".git").is_dir()
    assert not (folder / ".git").exists()


def test_the_commands_work_in_the_current_folder(
    projects: Projects, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.run(
        ["sh", "-euc", UV + commands(message(projects, ".", capsys))], check=True, capture_output=True
    )
    assert done.stdout.decode().endswith(f"uv run pytest in {folder}\n")
    assert (folder / ".git").is_dir()


@pytest.mark.parametrize("place", ["re[p]os*tory", "worktree"])
@pytest.mark.usefixtures("folder")
def test_an_existing_repository_is_not_initialized_again(
    projects: Projects, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    for command in (
        ["init", "--quiet", "re[p]os*tory"],
        ["-C", "re[p]os*tory", "commit", "--quiet", "--allow-empty", "--message=First"],
        ["-C", "re[p]os*tory", "worktree", "add", "--quiet", "../worktree"],
    ):
        subprocess.run(["git", *command], check=True)
    said = message(projects, place, capsys)
    assert [line.strip() for line in commands(said).splitlines()[1:]] == ["uv sync", "uv run pytest"]
    assert "only at the top" not in said


@pytest.mark.parametrize("ci", ["github", "gitlab", "none"])
def test_the_message_says_what_ci_needs_in_a_folder_of_a_repository(
    projects: Projects, folder: Path, capsys: pytest.CaptureFixture[str], ci: str
) -> None:
    subprocess.run(["git", "init", "--quiet"], check=True)
    said = message(projects, "serv ices/it's", capsys, ci=ci)
    assert "git init" not in said
    assert f"a folder of the repository in {folder}." in said
    assert f'README.md in {projects.template} says more, under "A folder in a larger repository"' in said
    assert "## A folder in a larger repository" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert ("GitHub" in said) == (ci == "github")
    assert ("GitLab" in said) == (ci == "gitlab")
    if ci == "none":
        return
    printed = yaml.safe_load(re.findall("`(.*)`", said)[0])
    if ci == "github":
        assert printed == {"defaults": {"run": {"working-directory": "serv ices/it's"}}}
    else:
        script = "\n".join([*printed["default"]["before_script"], "pwd"])
        done = subprocess.run(["sh", "-euc", script], check=True, capture_output=True, text=True)
        assert done.stdout == f"{folder}/serv ices/it's\n"
