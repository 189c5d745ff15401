"""The engine, and a session for each request."""

from collections.abc import AsyncIterator

from fastapi.requests import HTTPConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine


def make_engine(url: str) -> AsyncEngine:
    """An engine for a URL such as `postgresql://user@host/name`."""
    return create_async_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})


async def get_db(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(connection.app.state.engine, expire_on_commit=False) as session:
        yield session
