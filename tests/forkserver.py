"""A process that has imported what the suites share, and forks a child for each: a suite without its start-up.

The child runs `python -m MODULE …` in a working directory, an environment and a `sys.path` of its own; what was
imported beforehand are libraries alone: those that the server was told of, and those that earlier children turned out
to need. It leads a session of processes, so that nothing of it outlives it. The server ends with whoever started it: at
the end of its standard input.
"""

import atexit
import gc
import importlib
import json
import os
import random
import re
import runpy
import select
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

# Seconds between two looks at what runs.
PAUSE = 0.01
# Seconds to say where it hangs, for what is over its limit.
LAST_WORDS = 2.0
# Libraries that do something to the process that imports them: patch it, or start threads; and those that read the
# settings of a project of Django.
NOT_PRELOADED = re.compile(r"(gevent|locust|pact|pact_ffi|channels|django\.contrib|ninja)(\.|$)")


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and what it said."""

    exit_code: int
    """Of a process that a signal ended, the negative number of the signal."""
    output: str
    seconds: float
    hung: bool = False
    """Whether it was ended because it was over its limit."""
    left_running: bool = False
    """Whether it left processes behind. They are gone now."""

    def __bool__(self) -> bool:
        """Whether all went well."""
        return self.exit_code == 0 and not self.hung and not self.left_running

    @property
    def verdict(self) -> str:
        """What happened, in a few words."""
        if self.hung:
            return f"hung: ended after {self.seconds:.0f} s"
        if self.exit_code < 0:
            name = signal.Signals(-self.exit_code).name
            return f"{'killed' if name in {'SIGKILL', 'SIGTERM', 'SIGINT'} else 'crashed'}: {name}"
        if self.exit_code:
            return f"failed: exit code {self.exit_code}"
        return "left processes running" if self.left_running else "passed"


class Processes:
    """Starts Python anew for each run: what a fork server is measured by, and its stand-in where there is no fork."""

    def run(self, folder: Path, *command: str, limit: float = 600, **environment: str) -> Outcome:
        """Run `python -m COMMAND …` in a folder to its end, or for so many seconds."""
        with tempfile.TemporaryFile() as log:
            started = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                exit_code, hung = _wait(process.poll, process.pid, limit, lambda: time.sleep(PAUSE))
            finally:
                left_running = _end(process.pid)
            seconds = time.monotonic() - started
            log.seek(0)
            return Outcome(exit_code, log.read().decode(errors="replace"), seconds, hung, left_running)

    def close(self) -> None:
        """End nothing: nothing outlives a run."""


class ForkServer:
    """Runs each in a child of one process that has imported these modules already."""

    def __init__(self, preloaded: Iterable[str], folder: Path) -> None:
        """Start the server; it imports while others go on, and what is stored at that lands in the folder."""
        self._server = subprocess.Popen(
            [sys.executable, __file__, *preloaded],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            # Ctrl-C is for whoever started it.
            start_new_session=True,
        )
        self.process = self._server.pid

    def run(self, folder: Path, *command: str, limit: float = 600, **environment: str) -> Outcome:
        """Run `python -m COMMAND …` in a folder to its end, or for so many seconds.

        Raises:
            RuntimeError: If the server is gone.

        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        asked = {"folder": str(folder), "command": command, "limit": limit, "environment": environment}
        try:
            print(json.dumps(asked), file=self._server.stdin, flush=True)
            answer = self._server.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            message = f"the fork server is gone (exit code {self._server.wait()}): what it said stands above"
            raise RuntimeError(message)
        return Outcome(**json.loads(answer))

    def close(self) -> None:
        """End the server, and what it runs."""
        self._server.communicate()


Runner = Processes | ForkServer


def start(preloaded: Iterable[str], folder: Path) -> Runner:
    """Return a fork server that has imported these modules, or what stands in for it where there is no fork."""
    return ForkServer(sorted(preloaded), folder) if hasattr(os, "fork") else Processes()


def _members(session: int) -> Iterator[psutil.Process]:
    """Yield the processes of a session that have not ended."""
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _end(session: int) -> bool:
    """End the processes of a session, whatever their groups, and say whether there were any."""
    found = False
    while members := list(_members(session)):
        found = True
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(members, timeout=PAUSE)
    return found


def _wait(poll: Callable[[], int | None], process: int, limit: float, pause: Callable[[], object]) -> tuple[int, bool]:
    """Wait for the end of a process, and return its exit code, and whether it had to be ended."""
    started = time.monotonic()
    hung = False
    while (exit_code := poll()) is None:
        pause()
        spent = time.monotonic() - started
        if spent > limit + LAST_WORDS:
            os.kill(process, signal.SIGKILL)
        elif spent > limit and not hung:
            hung = True
            # pytest has it say where every thread is.
            os.kill(process, signal.SIGABRT)
    return exit_code, hung


def _serve(asked: Mapping[str, Any], imported: Path) -> Outcome:
    """Run something in a child, which notes what it has imported.

    Whoever asked may go away meanwhile, and then the child goes, too.
    """
    with tempfile.TemporaryFile() as log:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _become(Path(asked["folder"]), asked["command"], asked["environment"], log.fileno(), imported)

        def poll() -> int | None:
            ended, status = os.waitpid(child, os.WNOHANG)
            return os.waitstatus_to_exitcode(status) if ended else None

        def pause() -> None:
            if select.select([sys.stdin], [], [], PAUSE)[0]:
                sys.exit()  # nobody asks while something runs: it is the end of the input

        try:
            exit_code, hung = _wait(poll, child, asked["limit"], pause)
        finally:
            left_running = _end(child)
        seconds = time.monotonic() - started
        log.seek(0)
        return Outcome(exit_code, log.read().decode(errors="replace"), seconds, hung, left_running)


def _become(folder: Path, command: list[str], environment: Mapping[str, str], log: int, imported: Path) -> None:
    """Be `python -m COMMAND …`, and end as it does."""
    exit_code: object = 1
    before = set(sys.modules)
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.closerange(3, 64)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as a new process has it
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        random.seed()
        tempfile.tempdir = None  # which the server has looked up for itself
        sys.path[0:1] = [str(folder), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
        sys.argv[1:] = command[1:]
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
        exit_code = 0
    except SystemExit as end:
        exit_code = 0 if end.code is None else end.code
        if not isinstance(exit_code, int):
            sys.stderr.write(f"{exit_code}\n")
            exit_code = 1
    except BaseException:  # noqa: BLE001 - as the interpreter does at its top
        traceback.print_exc()
    try:
        # What the interpreter does at its end, but for the memory of all that was imported.
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - it ends what waits for work in pools
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to end a forked process as a new one ends
        imported.write_text("\n".join(_libraries(before)))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(int(exit_code))  # type: ignore[call-overload]


def _libraries(before: set[str]) -> list[str]:
    """Return what this process has imported since of Python's own modules and of what is installed."""
    homes = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    return [
        name
        for name, module in sys.modules.items()
        if name not in before
        and str(getattr(module, "__file__", "")).startswith(homes)
        and not NOT_PRELOADED.match(name)
    ]


def _import(module: str) -> None:
    """Import a module once for all children to come.

    Raises:
        SystemExit: If it starts a thread.

    """
    importlib.import_module(module)
    if psutil.Process().num_threads() > 1:
        message = f"{module} starts a thread, which no fork takes along: name it in NOT_PRELOADED"
        raise SystemExit(message)


def _learn(modules: Iterable[str]) -> None:
    """Import what a child had to import, unless only its project can import it."""
    for name in modules:
        with suppress(Exception), warnings.catch_warnings(action="ignore"):
            _import(name)
    _freeze()


def _freeze() -> None:
    """Spare the children to look through what is there already."""
    gc.collect()
    gc.freeze()


def _remember_what_is_installed() -> None:
    """Let pytest, which reads what is installed once for each of its plugins, read it once for all children."""
    points = cached_property(metadata.Distribution.entry_points.fget)  # type: ignore[attr-defined]
    points.__set_name__(metadata.Distribution, "entry_points")
    metadata.Distribution.entry_points = points  # type: ignore[assignment]
    look, installed = metadata.distributions, list(metadata.distributions())
    for distribution in installed:
        _ = distribution.entry_points
    metadata.distributions = lambda **where: look(**where) if where else installed


def main() -> None:
    """Import what is named, then serve until the input ends."""
    for module in sys.argv[1:]:
        _import(module)
    _remember_what_is_installed()
    _freeze()
    imported = Path.cwd() / f"imported-{os.getpid()}"
    tried: set[str] = set()
    # Unbuffered, so that nothing is read before its time.
    with open(0, "rb", buffering=0, closefd=False) as requests:
        for asked in requests:
            imported.write_text("")
            outcome = _serve(json.loads(asked), imported)
            sys.stdout.write(f"{json.dumps(vars(outcome))}\n")
            sys.stdout.flush()
            if missing := [name for name in imported.read_text().splitlines() if name not in tried]:
                tried.update(missing)
                _learn(missing)


if __name__ == "__main__":
    main()
