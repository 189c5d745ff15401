"""Short runs of the simulated users, by Locust's own command."""

import csv
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.environment import ROOT, child_environment

ADMIN = ["--admin-email", "admin@example.com", "--admin-password", "a-password-of-the-admin"]
# Few users and generous thresholds: the server runs on the same machine, and perhaps more.
RUN = [
    *("--headless", "--users", "5", "--spawn-rate", "5", "--run-time", "60s", *ADMIN),
    *("--max-p95", "2000", "--max-sign-in-p95", "10000"),
]


@contextmanager
def locust(*options: str) -> Iterator[subprocess.Popen[str]]:
    """Locust, in a process that ends with the block."""
    with (
        TemporaryDirectory() as home,
        subprocess.Popen(
            [sys.executable, "-m", "locust", *options],
            cwd=ROOT,
            env=child_environment(Path(home), LOCUST_PAUSES="0.1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Run:
    """The outcome of a run."""

    exit_codes: list[int]
    said: str
    reports: Path

    @property
    def figures(self) -> dict[tuple[str, str], dict[str, str]]:
        """The row of each route that `--csv` wrote."""
        with (self.reports / "run_stats.csv").open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        return {(row["Type"], row["Name"]): row for row in rows if row["Name"] != "Aggregated"}


def simulate(url: str, alone: Path, spread: Path) -> tuple[Run, Run]:
    """A run by one process, and one by a master and two workers, at the same time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]

    def report(folder: Path) -> list[str]:
        return ["--html", str(folder / "report.html"), "--csv", str(folder / "run")]

    def finish(reports: Path, *processes: subprocess.Popen[str]) -> Run:
        said = [process.communicate()[0] for process in processes]
        return Run([process.returncode for process in processes], "\n".join(said), reports)

    target = [*RUN, "--host", url]
    with (
        locust(*target, *report(alone), "--stop-after", "200") as single,
        locust(
            *(*target, *report(spread), "--stop-after", "30"),
            *("--master", "--expect-workers", "2", *bound),
        ) as master,
        locust("--worker", "--master-port", port) as one,
        locust("--worker", "--master-port", port) as other,
    ):
        return finish(alone, single), finish(spread, master, one, other)
