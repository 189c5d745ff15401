"""The engine, and a session for each request."""

from collections.abc import Iterator

from fastapi.requests import HTTPConnection
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session


def make_engine(url: str) -> Engine:
    """An engine for a URL such as `postgresql://user@host/name`."""
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})


def get_db(connection: HTTPConnection) -> Iterator[Session]:
    with Session(connection.app.state.engine, expire_on_commit=False) as session:
        yield session
