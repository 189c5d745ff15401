"""The test database: a file of its own for each run, and for each worker of a run."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[str], str]) -> str:
    """The URL of the database that `db` rolls back."""
    return make_database("database")


def enable_savepoints(engine: Engine) -> None:
    """Let SQLAlchemy begin transactions: the driver would begin too late for a savepoint.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#pysqlite-serializable
    """

    @event.listens_for(engine, "connect")
    def leave_transactions_alone(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")
