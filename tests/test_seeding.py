"""The seed command at a terminal, and its use of memory, on each stack and database."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pexpect
import pytest
from combinations import STACK, Combination, one_per
from rendering import Projects
from serving import seed_command
from test_template import computed

each_stack = pytest.mark.parametrize("combination", one_per(*sorted({*STACK, "database"}), example="shop"), ids=str)
BINARIES = str(Path(sys.executable).parent)
# Megabytes allowed for a batch and the ids of the users.
FEW_MEGABYTES = 25


class Seeding:
    """The seed command of a project, and its migrated database."""

    def __init__(self, project: Path, url: str, migrate: str) -> None:
        """Migrate the database."""
        self.project = project
        self.command = seed_command(project)
        self.command = self.command[: self.command.index("--users")]
        path = os.pathsep.join([BINARIES, os.environ["PATH"]])
        settings = {"DATABASE_URL": url, "PYTHONPATH": f"{project}/src", "PATH": path, "ENVIRONMENT": "development"}
        self.environment = os.environ | settings
        subprocess.run(["sh", "-c", migrate], cwd=project, env=self.environment, check=True, capture_output=True)

    def run(self, *options: str) -> tuple[str, int]:
        """Run it without a terminal; return its output and its peak memory in megabytes."""
        keywords = {"cwd": self.project, "env": self.environment, "text": True}
        command = [*self.command, *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **keywords) as child:  # type: ignore[call-overload]
            said = child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, said
        return said, usage.ru_maxrss // 1024


@pytest.fixture
def seeding(
    projects: Projects, tmp_path: Path, combination: Combination, new_database: Callable[[str], str]
) -> Seeding:
    """The seed command of a combination."""
    project = projects.copy(combination.data, tmp_path / "project")
    # The xdist workers share a server.
    name = f"seeding_{uuid4().hex}"
    url = new_database(name) if combination["database"] == "postgresql" else f"sqlite:///{tmp_path}/{name}.db"
    return Seeding(project, url, computed(combination.data)["migrate"])


@each_stack
def test_more_rows_take_no_more_memory_and_a_log_shows_no_progress(seeding: Seeding) -> None:
    few, least = seeding.run("--users=10", "--orders=20")
    many, most = seeding.run("--users=10000", "--orders=20000", "--seed=2")

    assert (few, many) == ("Stored 10 users and 20 orders\n", "Stored 10000 users and 20000 orders\n")
    assert most - least < FEW_MEGABYTES, f"{least} MB for 10 users, {most} MB for 10,000"


@each_stack
def test_ctrl_c_at_a_terminal_leaves_nothing_and_it_can_be_run_again(seeding: Seeding) -> None:
    options = [*seeding.command[1:], "--users=100000", "--orders=0"]
    child = pexpect.spawn(seeding.command[0], options, cwd=seeding.project, env=seeding.environment, encoding="utf-8")
    child.expect_exact("users: 2,000 of 100,000")
    child.sendcontrol("c")
    child.expect(pexpect.EOF)
    child.close()

    assert child.before is not None
    assert "Nothing written: stopped by Ctrl-C\r\n" in child.before
    assert "Traceback" not in child.before
    assert child.exitstatus == 1
    # It creates the same users, which would conflict with any that the interrupted run had stored.
    assert seeding.run("--users=10", "--orders=20")[0] == "Stored 10 users and 20 orders\n"
