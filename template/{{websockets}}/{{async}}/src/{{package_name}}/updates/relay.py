"""The way between processes: Redis hands what one of them sends to all of them."""

import logging
from asyncio import sleep
from collections.abc import Callable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# What keeps Redis from being reached: ValueError is raised for a host that cannot be looked up.
ERRORS = (RedisError, OSError, ValueError)
# Seconds that each step may take: to find a free connection, to connect, to be answered.
TIMEOUT = 1.0
MAX_CONNECTIONS = 50
# After these seconds of silence Redis is asked whether it is still there.
SILENCE = 5.0
# Seconds before it is tried again to connect, twice as many each time.
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0


class Relay:
    """Sends messages to every process, and delivers those that come to this one."""

    def __init__(self, url: str, name: str, deliver: Callable[[bytes], object]) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MAX_CONNECTIONS,
            timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            socket_timeout=TIMEOUT,
        )
        self._redis: Any = Redis.from_pool(pool)
        # Redis does not keep the channels of its databases apart.
        self._channel = f"{name}.{pool.connection_kwargs.get('db') or 0}"
        self._deliver = deliver
        self._closed = False

    async def send(self, message: str) -> None:
        """Send a message; where Redis does not take it, say so in the log, and go on."""
        try:
            try:
                await self._redis.publish(self._channel, message)
            except LostConnectionError:  # since it was last used: the next one is new
                await self._redis.publish(self._channel, message)
        except ERRORS as error:
            logger.error("Events are lost, Redis did not take them: %r", error)  # noqa: TRY400

    async def subscribe(self) -> Any:
        """What `listen` listens to, from now on; None where Redis cannot be reached."""
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
        """Deliver what is sent, until `close`; where the connection is lost, connect again."""
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
                logger.error("No events come until Redis is back")
            await sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return None

    async def _deliver_from(self, subscription: Any) -> None:
        """Deliver what is sent, until the connection is lost."""
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
        """End all connections."""
        self._closed = True
        await self._redis.aclose()
