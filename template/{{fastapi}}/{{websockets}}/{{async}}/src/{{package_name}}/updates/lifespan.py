"""Listens for the events of every process for as long as the application runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .listener import listening


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with listening(app.state.settings.redis_url):
        yield
