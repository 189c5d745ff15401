"""Password hashing with Argon2, in a thread: it is slow on purpose, and would block the loop."""

import asyncio
import os
from functools import cache

from fastapi.concurrency import run_in_threadpool
from pwdlib import PasswordHash

hasher = PasswordHash.recommended()
# A hash uses a processor and 64 MB of memory: more than one per processor would only take longer.
_free_processors = asyncio.Semaphore(os.cpu_count() or 1)


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody")


def _verify(password: str, hashed_password: str | None) -> bool:
    fits = hasher.verify(password, hashed_password or _nobodys_hash())
    return fits and hashed_password is not None


async def hash_password(password: str) -> str:
    async with _free_processors:
        return await run_in_threadpool(hasher.hash, password)


async def verify_password(password: str, hashed_password: str | None) -> bool:
    """Return whether the password matches; without a hash, return False after the same time."""
    async with _free_processors:
        return await run_in_threadpool(_verify, password, hashed_password)
