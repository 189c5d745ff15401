"""A pytest plugin that records which files of a project the tests of each folder open."""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from recording import folder_of


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the output file."""
    parser.addoption("--audit", type=Path, metavar="FILE", help="record which files are opened")


class Auditor:
    """Records the files opened by the tests of each folder, and, under an empty name, those opened before any test."""

    def __init__(self, config: pytest.Config) -> None:
        """Install the audit hook, which stays until the process ends."""
        self.opened: dict[str, set[str]] = defaultdict(set)
        self.folder = ""
        self.root = f"{config.rootpath}/"
        sys.addaudithook(self.listen)

    def listen(self, event: str, arguments: tuple[object, ...]) -> None:
        """Record a file of the project that is opened, whether or not it exists."""
        if event == "open" and isinstance(path := arguments[0], str | bytes | os.PathLike):
            name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - resolving links would open files
            if name.startswith(self.root) and "__pycache__" not in name:
                self.opened[self.folder].add(name.removeprefix(self.root))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Remember the folder of the test that runs."""
        self.folder = folder_of(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """Register the auditor if `--audit` is given."""
    if file := config.getoption("--audit"):
        auditor = Auditor(config)
        config.pluginmanager.register(auditor)
        config.add_cleanup(
            lambda: file.write_text(json.dumps({folder: sorted(names) for folder, names in auditor.opened.items()}))
        )
