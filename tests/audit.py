"""A pytest plugin that writes down which files of a project its suite opens."""

import json
import os
import sys
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where to write it."""
    parser.addoption("--audit", type=Path, metavar="FILE", help="write down which files are opened")


def pytest_configure(config: pytest.Config) -> None:
    """Listen, from now on."""
    opened: set[str] = set()
    root = f"{config.rootpath}/"

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(path := arguments[0], str | bytes | os.PathLike):
            name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - to resolve links would open files
            if name.startswith(root) and "__pycache__" not in name:
                opened.add(name.removeprefix(root))

    sys.addaudithook(listen)
    config.add_cleanup(lambda: config.getoption("--audit").write_text(json.dumps(sorted(opened))))
