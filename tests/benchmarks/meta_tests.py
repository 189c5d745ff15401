"""The cost of testing every combination, compared with a loop that renders, checks and tests one after another.

`python tests/benchmarks/meta_tests.py [SAMPLE [EXPRESSION]]` prints CPU and wall time, and their ratios, for

- a render, by Copier's own worker and by the one that caches;
- a suite, in a new process and in a forked one: whole, and with most folders of tests left out as already run;
- about 64 combinations and all of them, and a projection to 3,072;
- all combinations, compared with the loop, whose time is extrapolated from a sample (8 by default).

An expression, as for `--combinations`, limits "all" to some of them: "not test_layers".
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from combinations import COMBINATIONS, ROOT, Combination, where
from copier import run_copy
from forkserver import Processes
from rendering import Projects, render
from suites import LIMIT, Runners, suite, suite_environment
from trees import folders

GOAL = 3072
FEW = 64


def sample(size: int, everything: list[Combination]) -> list[Combination]:
    """Return evenly spaced combinations of those on SQLite, which need no server."""
    candidates = [combination for combination in everything if combination["database"] == "sqlite"]
    return candidates[:: max(1, len(candidates) // size)][:size]


def processor() -> float:
    """Return the CPU seconds of this process, and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def timed(clock: Callable[[], float]) -> Iterator[list[float]]:
    """Measure the time of the block; it is in the list at the end."""
    taken = [clock()]
    yield taken
    taken[0] = clock() - taken[0]


def compare_renders(folder: Path, chosen: list[Combination]) -> None:
    """Print how many renders each way does per CPU second."""
    template = Projects(folder).template
    render(template, folder / "first", chosen[0].data)
    with timed(processor) as plain:
        for index, combination in enumerate(chosen):
            run_copy(str(template), folder / f"plain-{index}", data=combination.data, defaults=True, quiet=True)
    with timed(processor) as kept:
        for index, combination in enumerate(chosen):
            render(template, folder / f"kept-{index}", combination.data)
    show("renders per CPU second", len(chosen) / plain[0], len(chosen) / kept[0])


def compare_suites(folder: Path, chosen: list[Combination]) -> None:
    """Print how many suites each way runs per CPU minute."""
    projects = Projects(folder)
    runners = Runners(projects)
    copies = [projects.copy(combination.data, folder / f"suite-{index}") for index, combination in enumerate(chosen)]
    for project in copies:  # compile the bytecode
        Processes().run(project, *suite(project, "-q", "--collect-only"), limit=LIMIT, **suite_environment())
    with timed(processor) as anew:
        for project in copies:
            assert Processes().run(project, *suite(project, "-q"), limit=LIMIT, **suite_environment())
    with timed(lambda: processor() + taken(runners)) as forked:
        for combination, project in zip(chosen, copies, strict=True):
            assert runners.suite(combination["framework"], project, "-q")
    with timed(lambda: processor() + taken(runners)) as elsewhere:
        for combination, project in zip(chosen, copies, strict=True):
            others = folders(project, "pytest").keys() - {"tests/unit"}
            options = ["--first-alone=tests/unit", *(f"--left-out={name}" for name in sorted(others))]
            written = f"--record={folder / 'record.json'}"
            assert runners.suite(combination["framework"], project, "-q", "-p", "recording", written, *options)
    runners.close()
    show("whole suites per CPU minute", 60 * len(chosen) / anew[0], 60 * len(chosen) / forked[0])
    show("suites per CPU minute", 60 * len(chosen) / anew[0], 60 * len(chosen) / elsewhere[0])


def taken(runners: Runners) -> float:
    """Return the CPU seconds of the fork servers, and of their children that have ended."""
    ticks = 0
    for process in runners.processes():
        ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def show(what: str, before: float, after: float) -> None:
    """Print a line of the comparison."""
    print(f"{what:26} {before:8.2f} -> {after:8.2f}   {after / before:5.1f} times", flush=True)


def run_all(*options: str) -> float:
    """Render, check and test combinations as the meta-tests do, and return the wall time in seconds."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/test_rendering.py",
        "tests/test_suites.py",
        "-n",
        "auto",
        "--fresh",
    ]
    with timed(time.monotonic) as wall:
        subprocess.run([*command, *options], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return wall[0]


def loop(folder: Path, chosen: list[Combination]) -> float:
    """Render, check and test combinations one after another, each by separate commands; return the wall time."""
    with timed(time.monotonic) as wall:
        for index, combination in enumerate(chosen):
            project = folder / f"loop-{index}"
            copy = ["copier", "copy", "--quiet", "--defaults", *combination.options, str(folder / "template")]
            subprocess.run([*copy, str(project)], check=True, stderr=subprocess.DEVNULL)
            for command in (
                ["ruff", "check", "--quiet"],
                ["ruff", "format", "--quiet", "--check"],
                [sys.executable, "-m", "deptry", "src", "tests", "--ignore", "DEP002,DEP004"],
                [sys.executable, "-m", "mypy"],
                [sys.executable, "-m", *suite(project, "-q")],
            ):
                subprocess.run(command, check=True, cwd=project, env=suite_environment(), capture_output=True)
    return wall[0]


def main() -> None:
    """Print the comparison."""
    size, which = (*sys.argv[1:], *("8", "all")[len(sys.argv) - 1 :])
    all_of_them = COMBINATIONS if which == "all" else where(which)
    chosen = sample(int(size), all_of_them)
    folder = Path(tempfile.mkdtemp(prefix="combinations-"))
    try:
        compare_renders(folder, chosen)
        compare_suites(folder, chosen[:3])
        number = len(all_of_them)
        everything = run_all(f"--combinations={which}")
        if (parts := round(number / FEW)) > 1:
            few = run_all(f"--combinations={which}", f"--shard=1/{parts}")
            print(f"about {number // parts} combinations in {few:.0f} s", flush=True)
        print(f"{number} combinations in {everything:.0f} s", flush=True)
        if which == "all":  # a selection may share less than all combinations do
            print(f"at that rate, {GOAL} in {everything * GOAL / number / 60:.1f} minutes")
        looped = loop(folder, chosen) * number / len(chosen)
        print(f"the loop would take {looped:.0f} s (timed over {len(chosen)}), {looped / everything:.1f} times as long")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
