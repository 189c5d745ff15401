"""The external service: an HTTP server whose responses and failures a test chooses."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Failure = Literal["down", "late"]


@dataclass(frozen=True)
class Answer:
    """The status and the JSON body of a response."""

    status: int
    body: Any


@dataclass(frozen=True)
class Call:
    """A request, with its response or failure."""

    operation: str
    headers: Mapping[str, str]
    body: Any
    answer: Answer
    failure: Failure | None


class ExternalApi(ThreadingHTTPServer):
    """Answers each operation, such as `GET /data/7`, from `answers`, or with 404."""

    request_queue_size = 128  # more than the concurrent calls of any test

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answers: dict[str, Answer] = {}
        self._calls: list[Call] = []
        self._failures: deque[Failure] = deque()
        self._changed = threading.Condition()
        self._held = False

    def take(self, operation: str, headers: Mapping[str, str], body: Any) -> Call:
        with self._changed:
            answer = self.answers.get(operation, Answer(404, {}))
            failure = self._failures.popleft() if self._failures else None
            call = Call(operation, headers, body, answer, failure)
            self._calls.append(call)
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._held)
        return call

    def calls(self, operation: str) -> list[Call]:
        """The calls of an operation, in order."""
        return [call for call in self._calls if call.operation == operation]

    def forget_calls(self) -> None:
        self._calls.clear()

    @contextmanager
    def failing(self, *failures: Failure) -> Iterator[None]:
        """Fail the next calls, each in the given way."""
        self._failures.extend(failures)
        try:
            yield
        finally:
            self._failures.clear()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Take calls, but answer them only at the end of the block."""
        self._held = True
        try:
            yield
        finally:
            with self._changed:
                self._held = False
                self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for calls until the condition holds."""
        with self._changed:
            came = self._changed.wait_for(condition, timeout=5)
        assert came, f"Only {self._calls} came in"


class Handler(BaseHTTPRequestHandler):
    server: ExternalApi

    def do_GET(self) -> None:
        self.respond(None)

    def do_POST(self) -> None:
        self.respond(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def respond(self, body: Any) -> None:
        call = self.server.take(f"{self.command} {self.path}", dict(self.headers), body)
        match call.failure:
            case None:
                self.send(call.answer)
            case "down":
                pass  # the connection is closed without an answer
            case "late":
                self.connection.recv(1)  # returns when the caller closes the connection

    def send(self, answer: Answer) -> None:
        content = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        with suppress(ConnectionError):  # the caller may have disconnected
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Log nothing: the calls are in `calls`."""
