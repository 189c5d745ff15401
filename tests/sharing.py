"""A ledger of results, by which workers and sessions share the outcome of work that would be the same."""

import hashlib
import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
from pathlib import Path

# The modules that run projects: outcomes depend on them, too.
RUNNER = ("audit.py", "forkserver.py", "postgres.py", "recording.py", "sharing.py", "suites.py", "trees.py")
# Seconds between two checks for another worker's result.
PAUSE = 0.05


def surroundings() -> str:
    """Return a digest of everything that an outcome depends on, apart from the project."""
    here = Path(__file__).parent
    runner = [(here / name).read_bytes() for name in RUNNER]
    installed = sorted(f"{found.name}=={found.version}" for found in distributions())
    here_and_now = [runner, installed, platform.python_version(), platform.platform()]
    return hashlib.sha256(repr(here_and_now).encode()).hexdigest()[:16]


class Ledger:
    """Maps keys to results: an empty text for a success, else the output of the failure.

    Results are files in a folder that all workers of the session share. Successes are also stored in the memory, a
    folder that outlives the session.
    """

    def __init__(self, session: Path, memory: Path | None) -> None:
        """Open the ledger; without a memory, it covers this session only."""
        self.session = session / "ledger"
        self.session.mkdir(exist_ok=True, parents=True)
        self.memory = memory
        self.memory = memory / surroundings() if memory else None

    def remembers(self, key: str) -> bool:
        """Return whether this succeeded in an earlier session."""
        return self.memory is not None and (self.memory / key).exists()

    def claim(self, key: str) -> bool:
        """Return whether this worker is the first with this key, and so has to compute and settle the result."""
        try:
            with (self.session / f"{key}.claim").open("x") as claim:
                claim.write(str(os.getpid()))
        except FileExistsError:
            return False
        return True

    def settle(self, key: str, said: str) -> None:
        """Store a result."""
        written = self.session / f"{key}.writing"
        written.write_text(said, encoding="utf-8")
        written.rename(self.session / f"{key}.said")
        if self.memory is not None and not said:
            self.memory.mkdir(parents=True, exist_ok=True)
            (self.memory / key).touch()

    def said(self, key: str) -> str:
        """Wait for the worker that claimed the key, and return its result.

        Raises:
            RuntimeError: If that worker has died.

        """
        found = self.session / f"{key}.said"
        while not found.exists():
            worker = (self.session / f"{key}.claim").read_text()
            if worker and not _is_running(int(worker)) and not found.exists():
                message = f"{key} was left unfinished by a worker that has died: run it again"
                raise RuntimeError(message)
            time.sleep(PAUSE)
        return found.read_text(encoding="utf-8")

    def once(self, key: str, find: Callable[[], str]) -> tuple[str, str]:
        """Return the result, and where it comes from: `run`, `shared` or `remembered`."""
        if self.remembers(key) and not (self.session / f"{key}.claim").exists():
            return "", "remembered"
        if not self.claim(key):
            return self.said(key), "shared"
        said = "it was not finished"
        try:
            said = find()
        finally:
            self.settle(key, said)
        return said, "run"

    def once_each(self, kind: str, parts: Mapping[str, str], find: Callable[[set[str]], Mapping[str, str]]) -> str:
        """Return the failures of all parts; `find` computes those that no other worker has claimed.

        The claimed parts are settled before waiting for those of others, so that no two workers wait for each other.
        """
        keys = {part: f"{kind}-{name}" for part, name in parts.items()}
        asked = {part for part, key in keys.items() if not self.remembers(key)}
        mine = {part for part in sorted(asked) if self.claim(keys[part])}
        found: Mapping[str, str] = dict.fromkeys(mine, "it was not finished")
        try:
            found = find(mine)
        finally:
            for part in mine:
                self.settle(keys[part], found.get(part, ""))
        said = [*found.values(), *(self.said(keys[part]) for part in sorted(asked - mine))]
        return "\n".join(filter(None, dict.fromkeys(said)))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
