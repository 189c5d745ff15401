"""A server process that imports the libraries of the suites once, and forks a child for each run, to save start-up.

The child runs `python -m MODULE …` with its own working directory, environment and `sys.path`. Only libraries are
imported before the fork: those named on the command line, and those that earlier children have imported. Each child
leads a session (`setsid`), by which the processes that it leaves behind are found and killed. The server ends when its
standard input ends, and so with the process that started it.
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

# Seconds between two polls of a running process.
PAUSE = 0.01
# Seconds that a process over its limit has to print its stack after SIGABRT, before SIGKILL.
LAST_WORDS = 2.0
# Libraries whose import patches the process, starts threads, or reads a Django project's settings.
NOT_PRELOADED = re.compile(r"(gevent|locust|pact|pact_ffi|channels|django\.contrib|ninja)(\.|$)")


@dataclass(frozen=True)
class Outcome:
    """The exit code, the output and the duration of a run."""

    exit_code: int
    """Minus the signal's number if a signal ended the process."""
    output: str
    seconds: float
    hung: bool = False
    """Whether it was stopped because it exceeded its limit."""
    left_running: bool = False
    """Whether it left processes behind, which have been killed."""

    def __bool__(self) -> bool:
        """Whether the run succeeded."""
        return self.exit_code == 0 and not self.hung and not self.left_running

    @property
    def verdict(self) -> str:
        """How the run ended, in a few words."""
        if self.hung:
            return f"hung: ended after {self.seconds:.0f} s"
        if self.exit_code < 0:
            name = signal.Signals(-self.exit_code).name
            return f"{'killed' if name in {'SIGKILL', 'SIGTERM', 'SIGINT'} else 'crashed'}: {name}"
        if self.exit_code:
            return f"failed: exit code {self.exit_code}"
        return "left processes running" if self.left_running else "passed"


class Processes:
    """Starts a new process for each run: the baseline for the fork server, and its stand-in where `fork` is missing."""

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
        """Do nothing: no process outlives its run."""


class ForkServer:
    """Runs commands in children of one process that has already imported these modules."""

    def __init__(self, preloaded: Iterable[str], folder: Path) -> None:
        """Start the server in a folder, without waiting for its imports."""
        self._server = subprocess.Popen(
            [sys.executable, __file__, *preloaded],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            # Ctrl-C is handled by the process that started it.
            start_new_session=True,
        )
        self.process = self._server.pid

    def run(self, folder: Path, *command: str, limit: float = 600, **environment: str) -> Outcome:
        """Run `python -m COMMAND …` in a folder to its end, or for so many seconds.

        Raises:
            RuntimeError: If the server has exited.

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
            message = f"the fork server is gone (exit code {self._server.wait()}): see its output above"
            raise RuntimeError(message)
        return Outcome(**json.loads(answer))

    def close(self) -> None:
        """Stop the server and its running child."""
        self._server.communicate()


Runner = Processes | ForkServer


def start(preloaded: Iterable[str], folder: Path) -> Runner:
    """Return a fork server that has imported these modules, or a plain runner where there is no `fork`."""
    return ForkServer(sorted(preloaded), folder) if hasattr(os, "fork") else Processes()


def _members(session: int) -> Iterator[psutil.Process]:
    """Yield the running processes of a session."""
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _end(session: int) -> bool:
    """Kill the processes of a session, whatever their groups, and return whether there were any."""
    found = False
    while members := list(_members(session)):
        found = True
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(members, timeout=PAUSE)
    return found


def _wait(poll: Callable[[], int | None], process: int, limit: float, pause: Callable[[], object]) -> tuple[int, bool]:
    """Wait for a process to end; return its exit code, and whether it exceeded its limit."""
    started = time.monotonic()
    hung = False
    while (exit_code := poll()) is None:
        pause()
        spent = time.monotonic() - started
        if spent > limit + LAST_WORDS:
            os.kill(process, signal.SIGKILL)
        elif spent > limit and not hung:
            hung = True
            # pytest's faulthandler prints the stack of every thread.
            os.kill(process, signal.SIGABRT)
    return exit_code, hung


def _serve(asked: Mapping[str, Any], imported: Path) -> Outcome:
    """Run a request in a child, which writes the libraries that it imported to a file.

    If standard input ends meanwhile, the child is killed, and the server exits.
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
                sys.exit()  # no request comes during a run, so this is the end of the input

        try:
            exit_code, hung = _wait(poll, child, asked["limit"], pause)
        finally:
            left_running = _end(child)
        seconds = time.monotonic() - started
        log.seek(0)
        return Outcome(exit_code, log.read().decode(errors="replace"), seconds, hung, left_running)


def _become(folder: Path, command: list[str], environment: Mapping[str, str], log: int, imported: Path) -> None:
    """Turn this child into `python -m COMMAND …`, and exit with its code."""
    exit_code: object = 1
    before = set(sys.modules)
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.closerange(3, 64)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a new process has one
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        random.seed()
        tempfile.tempdir = None  # the server has cached its own
        sys.path[0:1] = [str(folder), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
        sys.argv[1:] = command[1:]
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
        exit_code = 0
    except SystemExit as end:
        exit_code = 0 if end.code is None else end.code
        if not isinstance(exit_code, int):
            sys.stderr.write(f"{exit_code}\n")
            exit_code = 1
    except BaseException:  # noqa: BLE001 - the interpreter prints it, too
        traceback.print_exc()
    try:
        # What the interpreter does on exit, except for freeing memory.
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - it joins the threads of executors
        atexit._run_exitfuncs()  # noqa: SLF001 - os._exit does not call them
        imported.write_text("\n".join(_libraries(before)))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(int(exit_code))  # type: ignore[call-overload]


def _libraries(before: set[str]) -> list[str]:
    """Return the modules of the standard library and of installed packages that were imported since."""
    homes = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    return [
        name
        for name, module in sys.modules.items()
        if name not in before
        and str(getattr(module, "__file__", "")).startswith(homes)
        and not NOT_PRELOADED.match(name)
    ]


def _import(module: str) -> None:
    """Import a module for all later children.

    Raises:
        SystemExit: If it starts a thread.

    """
    importlib.import_module(module)
    if psutil.Process().num_threads() > 1:
        message = f"{module} starts a thread, which does not survive a fork: add it to NOT_PRELOADED"
        raise SystemExit(message)


def _learn(modules: Iterable[str]) -> None:
    """Import what a child had to import, and ignore what cannot be imported here."""
    for name in modules:
        with suppress(Exception), warnings.catch_warnings(action="ignore"):
            _import(name)
    _freeze()


def _freeze() -> None:
    """Exclude everything imported so far from garbage collection, so that children do not copy its pages."""
    gc.collect()
    gc.freeze()


def _remember_what_is_installed() -> None:
    """Cache the installed distributions for all children: pytest reads them once for each plugin."""
    points = cached_property(metadata.Distribution.entry_points.fget)  # type: ignore[attr-defined]
    points.__set_name__(metadata.Distribution, "entry_points")
    metadata.Distribution.entry_points = points  # type: ignore[assignment]
    look, installed = metadata.distributions, list(metadata.distributions())
    for distribution in installed:
        _ = distribution.entry_points
    metadata.distributions = lambda **where: look(**where) if where else installed


def main() -> None:
    """Import the modules of the command line, then serve requests until the input ends."""
    for module in sys.argv[1:]:
        _import(module)
    _remember_what_is_installed()
    _freeze()
    imported = Path.cwd() / f"imported-{os.getpid()}"
    tried: set[str] = set()
    # Unbuffered, so that `select` sees all pending input.
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
