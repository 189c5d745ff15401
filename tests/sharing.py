"""Nothing is run twice that cannot differ: what one worker found, all take its word for, and what was well is known."""

import hashlib
import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
from pathlib import Path

# What the outcome of a run depends on besides the project: how it is run.
RUNNER = ("audit.py", "forkserver.py", "postgres.py", "recording.py", "sharing.py", "suites.py", "trees.py")
# Seconds between two looks at what another worker runs.
PAUSE = 0.05


def surroundings() -> str:
    """Return a name for all that an outcome depends on besides the project."""
    here = Path(__file__).parent
    runner = [(here / name).read_bytes() for name in RUNNER]
    installed = sorted(f"{found.name}=={found.version}" for found in distributions())
    here_and_now = [runner, installed, platform.python_version(), platform.platform()]
    return hashlib.sha256(repr(here_and_now).encode()).hexdigest()[:16]


class Ledger:
    """What was found of what: nothing where all was well, else what was said.

    It lies in a folder that all workers of a session share, and what was well also in one that outlives the session.
    """

    def __init__(self, session: Path, memory: Path | None) -> None:
        """Open the ledger; without a memory, it knows of this session alone."""
        self.session = session / "ledger"
        self.session.mkdir(exist_ok=True, parents=True)
        self.memory = memory
        self.memory = memory / surroundings() if memory else None

    def remembers(self, key: str) -> bool:
        """Say whether all was well in an earlier session."""
        return self.memory is not None and (self.memory / key).exists()

    def claim(self, key: str) -> bool:
        """Say whether this worker is the first to ask, and so has to find out and to settle it."""
        try:
            with (self.session / f"{key}.claim").open("x") as claim:
                claim.write(str(os.getpid()))
        except FileExistsError:
            return False
        return True

    def settle(self, key: str, said: str) -> None:
        """Write down what was found."""
        written = self.session / f"{key}.writing"
        written.write_text(said, encoding="utf-8")
        written.rename(self.session / f"{key}.said")
        if self.memory is not None and not said:
            self.memory.mkdir(parents=True, exist_ok=True)
            (self.memory / key).touch()

    def said(self, key: str) -> str:
        """Return what was found, once whoever claimed it has settled it.

        Raises:
            RuntimeError: If that worker is gone.

        """
        found = self.session / f"{key}.said"
        while not found.exists():
            worker = (self.session / f"{key}.claim").read_text()
            if worker and not _is_running(int(worker)) and not found.exists():
                message = f"{key} was left undone by a worker that is gone: run it again"
                raise RuntimeError(message)
            time.sleep(PAUSE)
        return found.read_text(encoding="utf-8")

    def once(self, key: str, find: Callable[[], str]) -> tuple[str, str]:
        """Return what was found, and how it is known: `run`, `shared` or `remembered`."""
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
        """Return what is said of all parts, once the ones that nobody has claimed are found out about.

        Nothing is waited for before what was claimed here is settled, so no two workers wait for each other.
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
