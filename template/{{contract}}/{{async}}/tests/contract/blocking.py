"""Calls coroutine functions from synchronous tests, such as those of Schemathesis."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


def blocking(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Make a coroutine function callable from synchronous code: a call blocks until it is done.

    The coroutine runs in the event loop of the fixture that uses this decorator.
    """
    finish = asyncio.get_running_loop().run_until_complete

    def call(*args: Any) -> Any:
        return finish(function(*args))

    return call
