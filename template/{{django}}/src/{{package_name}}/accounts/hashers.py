"""Passwords are stored as Argon2 hashes."""

import os
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from ..core.connections import release_connection

# A hash keeps a processor and 100 MB of memory busy, so that more at once would only take longer.
_free_processors = BoundedSemaphore(os.cpu_count() or 1)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2, slow on purpose, without a connection to the database meanwhile."""

    def encode(self, password: str, salt: str) -> str:
        release_connection()
        with _free_processors:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        release_connection()
        with _free_processors:
            return super().verify(password, encoded)
