"""A pytest plugin for a project's suite: it writes down what ran, and leaves out what ran elsewhere already.

Of a folder of tests that ran elsewhere, on the same files, all are collected, and the first is run where it did not run
beside the same plugins: it shows that the folder's fixtures stand there, too.
"""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where to write, and what is left out."""
    parser.addoption("--record", type=Path, metavar="FILE", help="write down what ran")
    parser.addoption("--first-alone", action="append", default=[], metavar="FOLDER", help="run its first test alone")
    parser.addoption(
        "--left-out", action="append", default=[], metavar="FOLDER", help="collect its tests, and run none"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Record, if asked to; of xdist's processes, the one that reports."""
    if config.getoption("--record") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config))


def folder_of(nodeid: str) -> str:
    """Return the folder of a test: `tests/unit` of `tests/unit/test_tokens.py::test_it`."""
    return "/".join(nodeid.partition("::")[0].split("/")[:2])


class Recorder:
    """What is written down of a run: how each test ended, how those failed that did, and what was left out."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin with nothing."""
        self.file: Path = config.getoption("--record")
        self.first_alone = set(config.getoption("--first-alone"))
        self.without = set(config.getoption("--left-out"))
        self.left_out: list[str] = []
        self.outcomes: dict[str, str] = {}
        self.failures: dict[str, str] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what ran elsewhere."""
        firsts: dict[str, pytest.Item] = {}
        for item in sorted(items, key=lambda item: (item.location[:2], item.nodeid)):
            firsts.setdefault(folder_of(item.nodeid), item)
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            folder = folder_of(item.nodeid)
            wanted = item is firsts[folder] if folder in self.first_alone else folder not in self.without
            (kept if wanted else left_out).append(item)
        self.left_out = [item.nodeid for item in left_out]
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot be collected."""
        if report.failed:
            self.failures[report.nodeid] = report.longreprtext

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended, or each part of it that did not pass."""
        if report.failed:
            self.failures[report.nodeid] = report.longreprtext
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        record = {"outcomes": self.outcomes, "failures": self.failures, "left_out": self.left_out}
        self.file.write_text(json.dumps(record))
