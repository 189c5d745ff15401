"""A pytest plugin that writes down which files of a project each folder of its tests opens."""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from recording import folder_of


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where to write it."""
    parser.addoption("--audit", type=Path, metavar="FILE", help="write down which files are opened")


class Auditor:
    """What is written down: the files that were opened before any test, and by the tests of each folder."""

    def __init__(self, config: pytest.Config) -> None:
        """Listen, from now on."""
        self.opened: dict[str, set[str]] = defaultdict(set)
        self.folder = ""
        self.root = f"{config.rootpath}/"
        sys.addaudithook(self.listen)

    def listen(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note a file of the project that is opened, or looked for."""
        if event == "open" and isinstance(path := arguments[0], str | bytes | os.PathLike):
            name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - to resolve links would open files
            if name.startswith(self.root) and "__pycache__" not in name:
                self.opened[self.folder].add(name.removeprefix(self.root))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note whose test runs."""
        self.folder = folder_of(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """Listen, if asked to."""
    if file := config.getoption("--audit"):
        auditor = Auditor(config)
        config.pluginmanager.register(auditor)
        config.add_cleanup(
            lambda: file.write_text(json.dumps({folder: sorted(names) for folder, names in auditor.opened.items()}))
        )
