"""A project's own tests, run as its users run them: by pytest, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from dependencies import closure, declared, load

# Settings of whoever runs the meta-tests, that a project's tests must not see; nor may bytecode go unwritten, for
# without it every process compiles every module anew.
DROPPED = (
    "PYTEST_",
    "PYTHONDONTWRITEBYTECODE",
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "ENVIRONMENT",
    "SECRET_KEY",
    "COV_",
)


def environment(**settings: str) -> dict[str, str]:
    """Return a clean environment, with these settings in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    return kept | settings


def plugins(project: Path) -> list[str]:
    """Return the options that load the pytest plugins a project declares, and not those of other projects."""
    installed = closure(declared(load(project / "pyproject.toml"))).values()
    entries = [entry for distribution in installed for entry in distribution.entry_points if entry.group == "pytest11"]
    # Loaded by hand, a plugin may have been imported already by another: pytest warns that it cannot rewrite it then.
    loaded = [option for entry in entries for option in ("-p", entry.name)]
    return [*loaded, "-W", "ignore::pytest.PytestAssertRewriteWarning"]


def run_suite(project: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a project's tests in the environment of the meta-tests."""
    command = [sys.executable, "-m", "pytest", *plugins(project), "-p", "no:cacheprovider", *options]
    variables = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **settings)
    return run(project, *command, **variables)


def run(project: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a project's folder, its output and its errors in one text."""
    return subprocess.run(
        command,
        check=False,
        cwd=project,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
