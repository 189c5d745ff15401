"""The database engine."""

from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for a URL such as `sqlite:///file.db`."""
    engine = create_async_engine(make_url(url).set(drivername="sqlite+aiosqlite"))
    events = engine.sync_engine

    @event.listens_for(events, "connect")
    def enforce_foreign_keys(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA foreign_keys=ON")

    @event.listens_for(events, "savepoint")
    def begin(connection: Connection, _: str) -> None:
        """Begin a transaction: the driver would only do so at the first write, after the savepoint.

        https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#pysqlite-serializable
        """
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN")

    return engine
