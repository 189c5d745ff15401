"""The callers that take turns in the transaction of a test: tasks, with an asyncio lock."""

import asyncio

from sqlalchemy.util import await_only

Lock = asyncio.Lock


def current_caller() -> object:
    return asyncio.current_task()


def acquire(lock: Lock, seconds: float) -> bool:
    """Acquire the lock, and return whether that succeeded in time."""
    try:
        return await_only(asyncio.wait_for(lock.acquire(), seconds))
    except TimeoutError:
        return False
