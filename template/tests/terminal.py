"""Terminals that replace stderr."""

import io
import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def watch() -> Iterator[Callable[[], str]]:
    """Replace stderr by a terminal; yields a function that returns what was written to it."""
    ours, theirs = os.openpty()
    with (
        os.fdopen(ours, "rb", 0) as screen,
        os.fdopen(theirs, "w") as terminal,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("sys.stderr", terminal)

        def read() -> str:
            """Return what was written: it arrives in parts, a moment after it was written."""
            sent = b""
            while select.select([screen], [], [], 0.1)[0]:
                sent += screen.read(10_000)
            return sent.decode()

        yield read


class Interrupting(io.StringIO):
    """A terminal that raises SIGINT, as Ctrl-C does, once `text` is written to it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.text in text:
            signal.raise_signal(signal.SIGINT)
        return super().write(text)


@contextmanager
def press_ctrl_c(text: str) -> Iterator[None]:
    """Press Ctrl-C as soon as the terminal shows `text`."""
    # In a background job SIGINT is ignored, and Python has not installed this handler.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", Interrupting(text))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
