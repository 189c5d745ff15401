"""Who works in the transaction of a test: a task, which waits for its turn."""

import asyncio

from sqlalchemy.util import await_only

Lock = asyncio.Lock


def current_caller() -> object:
    return asyncio.current_task()


def acquire(lock: Lock, seconds: float) -> bool:
    """Whether the lock was acquired in this time."""
    try:
        return await_only(asyncio.wait_for(lock.acquire(), seconds))
    except TimeoutError:
        return False
