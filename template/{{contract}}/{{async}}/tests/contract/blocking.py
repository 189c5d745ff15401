"""Coroutines for tests that await nothing, as Schemathesis's are."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


def blocking(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Let a test call it: the call returns when the coroutine has ended.

    The coroutine runs in the loop of the fixture that defines it.
    """
    finish = asyncio.get_running_loop().run_until_complete

    def call(*args: Any) -> Any:
        return finish(function(*args))

    return call
