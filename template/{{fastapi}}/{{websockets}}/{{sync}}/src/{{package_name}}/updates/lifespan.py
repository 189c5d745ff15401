"""Listens for the events of every process for as long as the application runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .events import connect
from .listener import listen


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    relay = connect(app.state.settings.redis_url)
    listen()
    yield
    if relay:
        relay.close()
