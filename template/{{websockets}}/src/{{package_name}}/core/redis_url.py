"""The URL of Redis."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from redis import ConnectionPool, RedisError

# What redis-py raises for a URL that it cannot use.
UNUSABLE = (RedisError, TypeError, ValueError)


def read_redis_url(url: str) -> str:
    """Return the URL unchanged; it may be empty.

    Raises:
        ValueError: it is not the URL of a Redis server; the message does not contain it, as it may
            contain a password.
    """
    if url and not is_usable(url):
        raise ValueError(
            "must have the form redis://host:6379/0, rediss://host:6379/0 or unix:///path?db=0"
        )
    return url


def is_usable(url: str) -> bool:
    """Return whether the URL names a server and redis-py accepts its options; do not connect."""
    try:
        parts = urlsplit(url)
        ConnectionPool.from_url(url).make_connection()
    except UNUSABLE:
        return False
    if parts.scheme == "unix":
        return bool(parts.path)
    # redis-py ignores a path that is not a number, and replaces a missing host by localhost.
    return bool(parts.hostname and re.fullmatch(r"/?|/[0-9]+", parts.path))


RedisUrl = Annotated[str, AfterValidator(read_redis_url)]
