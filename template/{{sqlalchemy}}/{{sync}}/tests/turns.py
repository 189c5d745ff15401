"""Who works in the transaction of a test: a thread, which waits for its turn."""

import threading

Lock = threading.Lock


def current_caller() -> object:
    return threading.get_ident()


def acquire(lock: threading.Lock, seconds: float) -> bool:
    """Whether the lock was acquired in this time."""
    return lock.acquire(timeout=seconds)
