"""Passwords are stored as Argon2 hashes."""

from functools import cache

from pwdlib import PasswordHash

hasher = PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody")


def hash_password(password: str) -> str:
    return hasher.hash(password)


def verify_password(password: str, hashed_password: str | None) -> bool:
    """Whether the password fits. Where there is no user to compare with, it takes as long."""
    fits = hasher.verify(password, hashed_password or _nobodys_hash())
    return fits and hashed_password is not None
