"""The engine, and a session for each request."""

from collections.abc import AsyncIterator

from fastapi.requests import HTTPConnection
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry


def make_engine(url: str) -> AsyncEngine:
    """An engine for a URL such as `sqlite:///file.db`."""
    engine = create_async_engine(make_url(url).set(drivername="sqlite+aiosqlite"))

    @event.listens_for(engine.sync_engine, "connect")
    def enforce_foreign_keys(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA foreign_keys=ON")

    return engine


async def get_db(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(connection.app.state.engine, expire_on_commit=False) as session:
        yield session
