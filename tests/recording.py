"""A pytest plugin for a project's suite: records the outcomes, and skips tests that have already run elsewhere.

If a folder of tests has run elsewhere on the same files, its modules are only imported. If it has not run with the same
plugins, its first test may run as well, to show that the folder's fixtures work with them.
"""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for the output file and the folders to leave out."""
    parser.addoption("--record", type=Path, metavar="FILE", help="save the outcomes of the tests")
    parser.addoption("--first-alone", action="append", default=[], metavar="FOLDER", help="run only its first test")
    parser.addoption("--left-out", action="append", default=[], metavar="FOLDER", help="import its tests, but run none")


def pytest_configure(config: pytest.Config) -> None:
    """Register the recorder if `--record` is given; with xdist, in the controller."""
    if config.getoption("--record") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config))


def folder_of(nodeid: str) -> str:
    """Return the folder of a test: `tests/unit` of `tests/unit/test_config.py::test_it`."""
    return "/".join(nodeid.partition("::")[0].split("/")[:2])


class Imported(pytest.Module):
    """A module whose tests are not collected: collecting them would take longer than running some of them."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Import the module, and return no tests."""
        assert self.obj
        return []


class Recorder:
    """Records the outcome of each test, and the tracebacks of failures."""

    def __init__(self, config: pytest.Config) -> None:
        """Read the options."""
        self.file: Path = config.getoption("--record")
        self.first_alone = set(config.getoption("--first-alone"))
        self.left_out = set(config.getoption("--left-out"))
        self.outcomes: dict[str, str] = {}
        self.failures: dict[str, str] = {}

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Collect no tests in a folder that ran elsewhere."""
        ran_elsewhere = folder_of(parent.nodeid) in self.left_out
        return Imported.from_parent(parent, path=module_path) if ran_elsewhere else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep only the first test of the folders in `--first-alone`."""
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
        """Record a collection error."""
        if report.failed:
            self.failures[report.nodeid] = report.longreprtext

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the outcome of a test, or of a setup or teardown that did not pass."""
        if report.failed:
            self.failures[report.nodeid] = report.longreprtext
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Save the record."""
        record = {"outcomes": self.outcomes, "failures": self.failures}
        self.file.write_text(json.dumps(record))
