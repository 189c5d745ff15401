"""Password hashing with Argon2."""

import os
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash

hasher = PasswordHash.recommended()
# A hash uses a processor and 64 MB of memory: more than one per processor would only take longer.
_free_processors = BoundedSemaphore(os.cpu_count() or 1)


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody")


def hash_password(password: str) -> str:
    with _free_processors:
        return hasher.hash(password)


def verify_password(password: str, hashed_password: str | None) -> bool:
    """Return whether the password matches; without a hash, return False after the same time."""
    with _free_processors:
        fits = hasher.verify(password, hashed_password or _nobodys_hash())
    return fits and hashed_password is not None
