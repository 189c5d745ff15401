"""The report of a run: its progress, how to reproduce failures, and where the time went."""

import shlex
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import costs
import pytest
from combinations import COMBINATIONS
from memory import Memory
from rendering import Projects
from xdist.workermanage import WorkerController

# Seconds between two progress lines if the output is not a terminal.
EVERY = 30.0
SLOWEST = 10
# The user property of a test with its CPU seconds.
CPU = "cpu"
# The user property of a test with the digest of everything it depends on.
KEY = "key"
# The key of a worker's output with the number of remembered tests.
REMEMBERED = "remembered"
# Target for a whole run on two cores, in seconds.
GOAL = 600
BY_NAME = {str(combination): combination for combination in COMBINATIONS}


def name_of(nodeid: str) -> str | None:
    """Return the name of a test's combination, if any: `a-b` of `test_x[fault-a-b]` if `a-b` is a combination."""
    words = nodeid.partition("[")[2].rstrip("]").split("-")
    return next((name for start in range(len(words)) if (name := "-".join(words[start:])) in BY_NAME), None)


class Report:
    """The plugin of the process that reports; with xdist, the controller."""

    def __init__(self, config: pytest.Config, session: Path, memory: Memory | None) -> None:
        """Start with empty counters."""
        self.memory = memory
        self.remembered = 0
        self.keys: dict[str, str] = {}
        self.config = config
        self.session = session
        self.started = time.monotonic()
        self.last_line = 0.0
        self.left: Counter[str] = Counter()
        self.running: set[str] = set()
        self.seconds: dict[str, float] = defaultdict(float)
        self.spent: dict[str, list[float]] = defaultdict(list)
        self.counted: Counter[str] = Counter()
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.failed: dict[str, str] = {}
        self.tty = sys.stdout.isatty()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the collected tests; with xdist, the controller collects none."""
        self.expect([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Count the collected tests once: every worker collects the same."""
        if not self.left:
            self.expect(ids)

    def expect(self, nodeids: list[str]) -> None:
        """Count the tests of each function."""
        self.left.update(nodeid.partition("[")[0] for nodeid in nodeids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Remember the running test, and show the progress."""
        self.running.add(nodeid)
        self.show()

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Print no dot for a passed test: the progress line counts it."""
        return ("passed", "", "PASSED") if report.passed and report.when == "call" else None

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the duration, the properties and the failure of a test."""
        self.seconds[report.nodeid] += report.duration
        for name, value in report.user_properties if report.when == "teardown" else ():
            if name == KEY:
                self.keys[report.nodeid] = str(value)
            elif name == CPU:
                combination = BY_NAME.get(name_of(report.nodeid) or "")
                self.cpu[costs.kind(report.nodeid, combination)].append(float(str(value)))
            elif isinstance(value, int):
                self.counted[name] += value
            else:
                self.counted[f"{name} {value}"] += 1
        if report.failed:
            self.failed[report.nodeid] = report.longreprtext

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Count a finished test, and show the progress."""
        self.running.discard(nodeid)
        function = nodeid.partition("[")[0]
        self.left[function] -= 1
        self.spent[function].append(self.seconds[nodeid])
        self.show()

    def show(self, *, last: bool = False) -> None:
        """Update the progress line on a terminal; elsewhere, print a new one every EVERY seconds."""
        now = time.monotonic()
        if not (last or self.tty) and now - self.last_line < EVERY:
            return
        self.last_line = now
        done = sum(map(len, self.spent.values()))
        line = f"{done} done, {len(self.running)} running, {sum(self.left.values()) - len(self.running)} left"
        line += f", {len(self.failed)} failed" if self.failed else ""
        line += f", about {_clock(self.to_go())} to go" if not last else f", {_clock(now - self.started)}"
        over_itself = f"\r{line:<{shutil.get_terminal_size().columns - 1}}"
        sys.stdout.write(over_itself if self.tty else f"\n{line}")
        sys.stdout.flush()

    def to_go(self) -> float:
        """Estimate the seconds left: each remaining test takes the mean time of its function so far."""
        known = [seconds for spent in self.spent.values() for seconds in spent]
        mean = sum(known) / len(known) if known else 0
        left = sum(
            number * (sum(self.spent[function]) / len(self.spent[function]) if self.spent[function] else mean)
            for function, number in self.left.items()
        )
        workers = self.config.getoption("numprocesses", None) or 1
        return left / workers

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Read the number of remembered tests, which is the same for every worker."""
        self.remembered = getattr(node, "workeroutput", {}).get(REMEMBERED, 0)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the progress line, and save the measured costs and the passed tests."""
        if self.memory:
            self.memory.add({test: key for test, key in self.keys.items() if test not in self.failed})
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.remembered:
            session.exitstatus = pytest.ExitCode.OK
        if self.config.getoption("--write-costs"):
            costs.write(self.cpu)
        if self.spent:
            self.show(last=True)
            sys.stdout.write("\n" if self.tty else "")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print how to reproduce failures, and where the time went."""
        self._failures(terminalreporter)
        self._table(terminalreporter)

    def _failures(self, reporter: pytest.TerminalReporter) -> None:
        names = sorted({name for nodeid in self.failed if (name := name_of(nodeid))})
        if not names:
            return
        kept = Path(tempfile.mkdtemp(prefix="failed-", dir=(self.session / "disk").resolve().parent))
        projects = Projects(self.session)
        reporter.section("combinations that failed")
        for name in names:
            combination = BY_NAME[name]
            shutil.copytree(projects.get(combination.data), kept / name / "project", dirs_exist_ok=True)
            said = [text for nodeid, text in self.failed.items() if name_of(nodeid) == name]
            (kept / name / "output.txt").write_text("\n\n".join(said), encoding="utf-8")
            options = shlex.join(combination.options)
            reporter.line(f"pytest -k {shlex.quote(name)}")
            reporter.line(f"copier copy --defaults --vcs-ref=HEAD {options} . ../{shlex.quote(name)}")
        reporter.line(f"Each project, with the output of its failed tests, is kept in {kept}")

    def _table(self, reporter: pytest.TerminalReporter) -> None:
        combinations = {name for nodeid in self.seconds if (name := name_of(nodeid))}
        if not combinations:
            return
        counted = self.counted
        taken = time.monotonic() - self.started
        reporter.section("combinations")
        rows = [
            ("tested, of all combinations", f"{len(combinations)} of {len(COMBINATIONS)}"),
            ("tests remembered from an earlier run", str(self.remembered)),
            ("projects rendered", str(sum(1 for _ in (self.session / "projects").glob("*")))),
            ("suites run", str(counted["suite run"])),
            ("suites shared with a project that differs in no file that a test reads", str(counted["suite shared"])),
            ("suites remembered from an earlier run", str(counted["suite remembered"])),
            ("their tests run", str(counted["tests"])),
            ("their folders of tests run whole", str(counted["folders"])),
            ("folders shared with a project that differs in no file they read", str(counted["folders shared"])),
            ("time", _clock(taken)),
        ]
        if len(combinations) == len(COMBINATIONS):
            rows.append(("share of the target time", f"{100 * taken / GOAL:.0f} %"))
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            reporter.line(f"{name:<{width}}  {value:>10}")
        self._profile(reporter)
        reporter.section(f"slowest {SLOWEST}")
        for nodeid, seconds in sorted(self.seconds.items(), key=lambda item: -item[1])[:SLOWEST]:
            reporter.line(f"{seconds:8.1f} s  {nodeid}")

    def _profile(self, reporter: pytest.TerminalReporter) -> None:
        """Print the CPU seconds of each test function."""
        total = sum(map(sum, self.cpu.values()))
        reporter.section(f"{total:.0f} CPU seconds")
        for name, spent in sorted(self.cpu.items(), key=lambda item: -sum(item[1])):
            if sum(spent) >= total / 200:
                reporter.line(f"{sum(spent):8.1f} s  {len(spent):5} x {name}")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
