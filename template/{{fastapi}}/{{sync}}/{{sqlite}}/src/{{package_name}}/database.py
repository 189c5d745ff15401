"""The engine, and a session for each request."""

from collections.abc import Iterator

from fastapi.requests import HTTPConnection
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry


def make_engine(url: str) -> Engine:
    """An engine for a URL such as `sqlite:///file.db`."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def enforce_foreign_keys(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA foreign_keys=ON")

    return engine


def get_db(connection: HTTPConnection) -> Iterator[Session]:
    with Session(connection.app.state.engine, expire_on_commit=False) as session:
        yield session
