"""Passwords are stored as Argon2 hashes."""

import os
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash

hasher = PasswordHash.recommended()
# A hash keeps a processor and 64 MB of memory busy, so that more at once would only take longer.
_free_processors = BoundedSemaphore(os.cpu_count() or 1)


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody")


def hash_password(password: str) -> str:
    with _free_processors:
        return hasher.hash(password)


def verify_password(password: str, hashed_password: str | None) -> bool:
    """Whether the password fits. Where there is no user to compare with, it takes as long."""
    with _free_processors:
        fits = hasher.verify(password, hashed_password or _nobodys_hash())
    return fits and hashed_password is not None
