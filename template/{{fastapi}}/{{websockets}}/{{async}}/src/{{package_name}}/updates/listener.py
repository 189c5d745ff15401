"""The task that listens for the events of every process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from .events import connect


@asynccontextmanager
async def listening(redis_url: str) -> AsyncIterator[None]:
    """Listen for as long as the application runs, if there is a Redis."""
    relay = connect(redis_url)
    if relay is None:
        yield
        return
    task = asyncio.create_task(relay.listen(await relay.subscribe()))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await relay.close()
