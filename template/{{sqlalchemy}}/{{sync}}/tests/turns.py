"""The callers that take turns in the transaction of a test: threads, with a lock."""

import threading

Lock = threading.Lock


def current_caller() -> object:
    return threading.get_ident()


def acquire(lock: threading.Lock, seconds: float) -> bool:
    """Acquire the lock, and return whether that succeeded in time."""
    return lock.acquire(timeout=seconds)
