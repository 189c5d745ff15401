"""Serves a project with its own tests/serving.py, and fills its database with the seed command of its README."""

import importlib
import json
import os
import re
import shlex
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch

SECRET = "a-secret-of-the-meta-tests-that-is-long-enough"  # noqa: S105
EXTERNAL_KEY = "key-of-the-external-service"
ADMIN = ("admin@example.com", "correct horse")
# Seconds until a call of the external service times out. The stand-in answers within milliseconds otherwise.
TIMEOUT = 0.5


class ExternalService(ThreadingHTTPServer):
    """A stand-in for the external service: its responses can be set, and succeed by default."""

    def __init__(self) -> None:
        """Listen on loopback, on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._answers: deque[Any] = deque()
        self._calls: list[dict[str, Any]] = []

    def tell(self, answers: list[Any]) -> None:
        """Set the responses to the next calls (`down`, `late`, a status, or a dict), and clear the recorded calls."""
        self._answers = deque(answers)
        self._calls = []

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls since the last `tell`."""
        return self._calls

    def take(self, call: dict[str, Any]) -> Any:  # noqa: ANN401 - any of requests.yaml's values
        """Record a call, and return the response set for it, or None."""
        self._calls.append(call)
        return self._answers.popleft() if self._answers else None


class _Handler(BaseHTTPRequestHandler):
    server: ExternalService

    def do_GET(self) -> None:
        self._reply({"status": 200, "json": {"status": "success", "data": {"color": "red"}}})

    def do_POST(self) -> None:
        self._reply({"status": 201, "json": {"status": "completed"}})

    def _reply(self, usual: dict[str, Any]) -> None:
        call: dict[str, Any] = {"call": f"{self.command} {self.path}", "authorization": self.headers["Authorization"]}
        if size := int(self.headers["Content-Length"] or 0):
            call |= {"json": json.loads(self.rfile.read(size)), "key": self.headers["Idempotency-Key"]}
        outcome = self.server.take(call)
        if outcome == "down":
            return  # the connection is closed without a response
        if outcome == "late":
            self.connection.settimeout(20 * TIMEOUT)
            with suppress(OSError):
                self.connection.recv(1)  # returns when the caller has given up
            return
        answer = usual | ({"status": outcome} if isinstance(outcome, int) else outcome or {})
        content = answer["raw"] if "raw" in answer else json.dumps(answer["json"])
        with suppress(ConnectionError):
            self.send_response(answer["status"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content.encode())

    def log_message(self, *_: object) -> None:
        """Log nothing: `calls` returns the calls."""


def own_serving(project: Path) -> ModuleType:
    """Import a project's tests/serving.py again; the environment variables that the import changes are restored."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    with patch.object(sys, "path", [str(project), *sys.path]), patch.dict(os.environ):
        return importlib.import_module("tests.serving")


def seed_command(project: Path) -> list[str]:
    """Return the README's command that fills a database."""
    readme = (project / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^uv run (.* --admin-email .*)$", readme, re.MULTILINE)
    assert found, "the README has no command that fills the database and creates an admin"
    whole = {"python": sys.executable, "manage.py": str(project / "manage.py")}
    return [whole.get(word, word) for word in shlex.split(found[1])]


@contextmanager
def serve(project: Path, database_url: str, *, empty: bool = True) -> Iterator[tuple[Any, ExternalService]]:
    """Serve a project in production, with a stand-in for the external service.

    An empty database is migrated, and gets an admin; any other is served unchanged. The project needs a test layer that
    serves it, such as e2e.
    """
    own = own_serving(project)
    with ExternalService() as external, TemporaryDirectory() as home:
        thread = threading.Thread(target=external.serve_forever, args=[0.05], daemon=True)
        thread.start()
        settings = {
            "SECRET_KEY": SECRET,
            "EXTERNAL_API_URL": external.url,
            "EXTERNAL_API_KEY": EXTERNAL_KEY,
            "EXTERNAL_API_TIMEOUT": str(TIMEOUT),
            "EXTERNAL_API_RETRY_WAIT": "0",
            # Django refuses requests for unknown hosts.
            "ALLOWED_HOSTS": "*",
        }
        try:
            if empty:
                with own.serve(database_url, **settings) as server:
                    own.run(seed_nothing(project), database_url, **settings, ENVIRONMENT="development")
                    yield server, external
            else:
                server = own.Server(Path(home), database_url, **settings)
                server.start()
                try:
                    yield server, external
                finally:
                    server.kill()
        finally:
            external.shutdown()
            thread.join()


def seed_nothing(project: Path) -> list[str]:
    """Return the command that creates an admin, and nothing else."""
    rooms = {"users": "accounts", "orders": "orders"}
    nothing = [f"--{rows}=0" for rows, room in rooms.items() if list(project.glob(f"src/*/{room}"))]
    email, password = ADMIN
    return [*seed_command(project), *nothing, f"--admin-email={email}", f"--admin-password={password}"]
