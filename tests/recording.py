"""A pytest plugin for a project's suite: it writes down what ran, and leaves out what ran elsewhere already.

Of a folder of tests that ran elsewhere, on the same files, the modules are imported. Where it did not run beside the
same plugins, its first test may be run: it shows that the folder's fixtures stand there, too.
"""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where to write, and what is left out."""
    parser.addoption("--record", type=Path, metavar="FILE", help="write down what ran")
    parser.addoption("--first-alone", action="append", default=[], metavar="FOLDER", help="run its first test alone")
    parser.addoption("--left-out", action="append", default=[], metavar="FOLDER", help="import its tests, and run none")


def pytest_configure(config: pytest.Config) -> None:
    """Record, if asked to; of xdist's processes, the one that reports."""
    if config.getoption("--record") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config))


def folder_of(nodeid: str) -> str:
    """Return the folder of a test: `tests/unit` of `tests/unit/test_config.py::test_it`."""
    return "/".join(nodeid.partition("::")[0].split("/")[:2])


class Imported(pytest.Module):
    """A module whose tests ran elsewhere: to make them would cost more than to run some of them."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Import it, and make no test."""
        assert self.obj
        return []


class Recorder:
    """What is written down of a run: how each test ended, and how those failed that did."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin with nothing."""
        self.file: Path = config.getoption("--record")
        self.first_alone = set(config.getoption("--first-alone"))
        self.left_out = set(config.getoption("--left-out"))
        self.outcomes: dict[str, str] = {}
        self.failures: dict[str, str] = {}

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Make no test of what ran elsewhere."""
        ran_elsewhere = folder_of(parent.nodeid) in self.left_out
        return Imported.from_parent(parent, path=module_path) if ran_elsewhere else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the first test where it runs alone."""
        firsts: dict[str, pytest.Item] = {}
        for item in sorted(items, key=lambda item: (item.location[:2], item.nodeid)):
            firsts.setdefault(folder_of(item.nodeid), item)
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            folder = folder_of(item.nodeid)
            (kept if folder not in self.first_alone or item is firsts[folder] else left_out).append(item)
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
        record = {"outcomes": self.outcomes, "failures": self.failures}
        self.file.write_text(json.dumps(record))
