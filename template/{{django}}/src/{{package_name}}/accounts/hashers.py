"""Password hashing with Argon2."""

import os
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from ..core.connections import release_connection

# A hash uses a processor and 100 MB of memory: more than one per processor would only take longer.
_free_processors = BoundedSemaphore(os.cpu_count() or 1)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2; as it is slow on purpose, it releases the database connection first."""

    def encode(self, password: str, salt: str) -> str:
        release_connection()
        with _free_processors:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        release_connection()
        with _free_processors:
            return super().verify(password, encoded)
