"""The external service, as an HTTP server that fails on demand."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Failure = Literal["declined", "down", "late"]


@dataclass(frozen=True)
class Payment:
    """A call that asked for a payment."""

    order_id: int
    amount: float
    key: str
    failure: Failure | None


class ExternalApi(ThreadingHTTPServer):
    """Takes every payment; one whose key is repeated, only once."""

    request_queue_size = 128  # more than call at once

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._payments: list[Payment] = []
        self._failures: deque[Failure] = deque()
        self._changed = threading.Condition()
        self._held = False

    def take_payment(self, order_id: int, amount: float, key: str) -> Failure | None:
        with self._changed:
            failure = self._failures.popleft() if self._failures else None
            self._payments.append(Payment(order_id, amount, key, failure))
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._held)
        return failure

    def payments(self, order_id: int) -> list[Payment]:
        """The calls for an order, in their order."""
        return [payment for payment in self._payments if payment.order_id == order_id]

    def charged(self, order_id: int) -> float:
        """What was taken for an order; what the caller heard of it makes no difference."""
        taken = {
            payment.key: payment.amount
            for payment in self.payments(order_id)
            if payment.failure in (None, "late")
        }
        return sum(taken.values())

    @contextmanager
    def failing(self, *failures: Failure) -> Iterator[None]:
        """Fail so in the next payments, one after the other."""
        self._failures.extend(failures)
        try:
            yield
        finally:
            self._failures.clear()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Take payments, but answer them only at the end of the block."""
        self._held = True
        try:
            yield
        finally:
            with self._changed:
                self._held = False
                self._changed.notify_all()

    def wait_for_payments(self, order_id: int, count: int = 1) -> None:
        """Wait until so many payments of an order have come in."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.payments(order_id)) >= count, timeout=5)
        assert came, f"Only {self.payments(order_id)} came in"


class Handler(BaseHTTPRequestHandler):
    server: ExternalApi

    def do_GET(self) -> None:
        _, _, resource_id = self.path.rpartition("/")
        self.answer(200, {"status": "success", "data": {"resource": int(resource_id)}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        failure = self.server.take_payment(**body, key=self.headers["Idempotency-Key"])
        match failure:
            case None:
                self.answer(201, {"status": "completed"})
            case "declined":
                self.answer(402, {"status": "declined"})
            case "down":
                pass  # the connection is closed without an answer
            case "late":
                self.connection.recv(1)  # returns when the caller has given up

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        with suppress(ConnectionError):  # the caller may be gone
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing: what was called is in `payments`."""
