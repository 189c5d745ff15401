"""Carries events between processes, by Redis's pub/sub."""

import logging
from asyncio import sleep
from collections.abc import Callable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# What redis-py raises if Redis cannot be reached: ValueError for a host that cannot be looked up.
ERRORS = (RedisError, OSError, ValueError)
# Seconds that each step may take: getting a connection from the pool, connecting, the response.
TIMEOUT = 1.0
MAX_CONNECTIONS = 50
# Seconds without a message after which Redis is pinged.
SILENCE = 5.0
# Seconds before the next attempt to connect, doubled after each one.
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0


class Relay:
    """Sends messages to every process, and delivers those that arrive in this one."""

    def __init__(self, url: str, name: str, deliver: Callable[[bytes], object]) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MAX_CONNECTIONS,
            timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            socket_timeout=TIMEOUT,
        )
        self._redis: Any = Redis.from_pool(pool)
        # The databases of a Redis server share its channels, so the name has the database's number.
        self._channel = f"{name}.{pool.connection_kwargs.get('db') or 0}"
        self._deliver = deliver
        self._closed = False

    async def send(self, message: str) -> None:
        """Send a message; if Redis does not accept it, log an error instead of raising one."""
        try:
            try:
                await self._redis.publish(self._channel, message)
            except LostConnectionError:  # lost while it was idle: try again with a new one
                await self._redis.publish(self._channel, message)
        except ERRORS as error:
            logger.error("Events are lost, Redis did not accept them: %r", error)  # noqa: TRY400

    async def subscribe(self) -> Any:
        """Return a subscription for `listen`, or None if Redis cannot be reached."""
        subscription = self._redis.pubsub()
        try:
            await subscription.subscribe(self._channel)
            if await subscription.get_message(timeout=TIMEOUT):
                return subscription
        except ERRORS:
            pass
        await subscription.aclose()
        return None

    async def listen(self, subscription: Any) -> None:
        """Deliver messages until `close`; if the connection is lost, connect again."""
        while not self._closed:
            if subscription:
                await self._deliver_from(subscription)
                await subscription.aclose()
            subscription = await self._subscribe_again()

    async def _subscribe_again(self) -> Any:
        pause = FIRST_PAUSE
        while not self._closed:
            if subscription := await self.subscribe():
                logger.warning("Redis is back; what was sent meanwhile is lost")
                return subscription
            if pause == FIRST_PAUSE:
                logger.error("No events arrive until Redis is back")
            await sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return None

    async def _deliver_from(self, subscription: Any) -> None:
        """Deliver messages until the connection is lost."""
        asked = False
        try:
            while True:
                message = await subscription.get_message(timeout=SILENCE)
                if message is None and asked:
                    return
                asked = message is None
                if message is None:
                    await subscription.ping()
                elif message["type"] == "message":
                    self._deliver(message["data"])
        except ERRORS as error:
            if not self._closed:
                logger.error("The connection to Redis is lost: %r", error)  # noqa: TRY400

    async def close(self) -> None:
        """Close all connections."""
        self._closed = True
        await self._redis.aclose()
