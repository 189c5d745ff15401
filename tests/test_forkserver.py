"""Tests of the fork server: runs start like new processes, their verdicts are right, and no process is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from forkserver import ForkServer, Processes, Runner

SHOWN = """
import json, os, signal, sys, tempfile
print(json.dumps({
    "folder": os.getcwd(), "argv": sys.argv, "path": sys.path, "environment": dict(os.environ), "main": __name__,
    "own": "helper" in sys.modules, "temporary": tempfile.gettempdir(), "input": sys.stdin.read(),
    "group": os.getpgrp() == os.getpid(), "interrupted by": str(signal.getsignal(2)),
}))
"""


@pytest.fixture(scope="module", params=["forked", "new"])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Each of the two ways to run a suite."""
    forked = request.param == "forked"
    runner = ForkServer(["json.tool", "pytest"], tmp_path_factory.mktemp("server")) if forked else Processes()
    yield runner
    runner.close()


def write(folder: Path, **modules: str) -> Path:
    """Write modules into a folder, and return it."""
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)
    return folder


def is_running(process: int) -> bool:
    """Return whether a process exists and has not ended."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_forked_process_starts_as_a_new_one_does(tmp_path: Path) -> None:
    write(tmp_path, shown=SHOWN, helper="")
    server = ForkServer(["json.tool"], tmp_path)
    path = os.environ["PATH"]
    # Twice: what one run changes in its process must not affect the next.
    forked = [
        json.loads(server.run(tmp_path, "shown", "-x", "y", PATH=path, TMPDIR=str(tmp_path)).output) for _ in range(2)
    ]
    server.close()
    new = json.loads(Processes().run(tmp_path, "shown", "-x", "y", PATH=path, TMPDIR=str(tmp_path)).output)
    for shown in (*forked, new):
        shown["environment"].pop("LC_CTYPE", None)  # set by Python itself, when it starts
    assert forked == [new, new]


def test_imported_libraries_are_preloaded_for_the_next_run_but_own_modules_are_not(tmp_path: Path) -> None:
    write(
        tmp_path,
        helper="",
        importing="import sys\nprint({'colorsys', 'helper'} & {*sys.modules})\nimport colorsys, helper",
    )
    server = ForkServer(["json.tool"], tmp_path)
    said = [server.run(tmp_path, "importing").output for _ in range(2)]
    server.close()
    assert said == ["set()\n", "{'colorsys'}\n"]


def test_the_verdict_tells_passing_from_failing(runner: Runner, tmp_path: Path) -> None:
    write(tmp_path, passing="print('fine')", failing="raise SystemExit(3)", raising="1 / 0", saying="exit('no')")
    passing = runner.run(tmp_path, "passing")
    assert passing
    assert (passing.verdict, passing.output) == ("passed", "fine\n")
    failing = runner.run(tmp_path, "failing")
    assert not failing
    assert failing.verdict == "failed: exit code 3"
    raising = runner.run(tmp_path, "raising")
    assert raising.verdict == "failed: exit code 1"
    assert "ZeroDivisionError" in raising.output
    assert runner.run(tmp_path, "saying").output == "no\n"
    assert runner.run(tmp_path, "saying").exit_code == 1


def test_a_pool_of_threads_that_is_left_open_ends_with_its_process(runner: Runner, tmp_path: Path) -> None:
    pool = "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\npool.submit(print, 'done')"
    write(tmp_path, pooling=pool)
    outcome = runner.run(tmp_path, "pooling", limit=5)
    assert outcome, outcome.verdict
    assert outcome.output == "done\n"


def test_a_crash_is_reported_with_the_output_before_it(runner: Runner, tmp_path: Path) -> None:
    write(tmp_path, crashing="import os\nprint('before', flush=True)\nos.abort()")
    outcome = runner.run(tmp_path, "crashing")
    assert outcome.verdict == "crashed: SIGABRT"
    assert outcome.output.startswith("before")


def test_a_killed_process_is_reported_with_the_output_before_it(runner: Runner, tmp_path: Path) -> None:
    write(tmp_path, killed="import os\nprint('before', flush=True)\nos.kill(os.getpid(), 9)")
    outcome = runner.run(tmp_path, "killed")
    assert (outcome.verdict, outcome.output) == ("killed: SIGKILL", "before\n")


def test_a_run_that_hangs_is_killed_and_shows_where(runner: Runner, tmp_path: Path) -> None:
    write(tmp_path, test_it="import time\n\n\ndef test_it():\n    time.sleep(60)\n")
    outcome = runner.run(tmp_path, "pytest", "-p", "no:cacheprovider", limit=2, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert outcome.verdict.startswith("hung: ended after")
    assert "in test_it" in outcome.output
    assert outcome.seconds < 10


def test_a_hanging_run_that_ignores_signals_is_killed(runner: Runner, tmp_path: Path) -> None:
    write(tmp_path, deaf="import signal, time\nsignal.signal(signal.SIGABRT, signal.SIG_IGN)\ntime.sleep(60)")
    outcome = runner.run(tmp_path, "deaf", limit=1)
    assert outcome.hung
    assert outcome.seconds < 10


@pytest.mark.parametrize("group", [None, 0], ids=["same_group", "own_group"])
def test_a_process_left_behind_is_reported_and_killed(runner: Runner, tmp_path: Path, group: int | None) -> None:
    sleeping = f"[sys.executable, '-c', 'import time; time.sleep(60)'], process_group={group}"
    write(tmp_path, starting=f"import subprocess, sys\nprint(subprocess.Popen({sleeping}).pid)")
    outcome = runner.run(tmp_path, "starting")
    assert not outcome
    assert outcome.verdict == "left processes running"
    wait_until_gone(int(outcome.output))


def wait_until_gone(process: int) -> None:
    """Wait until a killed process is gone."""
    until = time.monotonic() + 5
    while is_running(process):
        assert time.monotonic() < until, f"{process} is still running"
        time.sleep(0.01)


def test_the_server_and_its_child_end_with_their_parent(tmp_path: Path) -> None:
    write(tmp_path, slow="import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(60)")
    asking = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\nfrom forkserver import ForkServer\n"
        "server = ForkServer(['json'], Path.cwd())\nPath('server').write_text(str(server.process))\n"
        "server.run(Path.cwd(), 'slow')"
    )
    asker = subprocess.Popen([sys.executable, "-c", asking, str(Path(__file__).parent)], cwd=tmp_path)
    until = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until, "nothing was started"
        time.sleep(0.01)
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    wait_until_gone(int((tmp_path / "pid").read_text()))
    wait_until_gone(int((tmp_path / "server").read_text()))


def test_a_module_that_starts_a_thread_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    write(tmp_path, threaded=source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer(["threaded"], tmp_path)
    with pytest.raises(RuntimeError, match="the fork server is gone"):
        server.run(tmp_path, "json.tool")
    server.close()
