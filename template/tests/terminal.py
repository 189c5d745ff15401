"""A terminal in place of stderr."""

import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def watch() -> Iterator[Callable[[], str]]:
    """A terminal, and a function that returns what it was sent."""
    ours, theirs = os.openpty()
    os.set_blocking(ours, False)
    with (
        os.fdopen(ours, "rb", 0) as screen,
        os.fdopen(theirs, "w") as terminal,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("sys.stderr", terminal)
        yield lambda: (screen.read(10_000) or b"").decode()


class Interrupting(io.StringIO):
    """A terminal at which someone presses Ctrl-C."""

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
    # A shell starts what runs in the background without this handler.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", Interrupting(text))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
