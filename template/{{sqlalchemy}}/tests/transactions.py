"""Runs the transactions of the application inside the transaction of a test.

`lend` patches `Engine.raw_connection`: every engine on the application's database gets the test's
connection, as an `ApplicationConnection`, whose transactions are savepoints. As savepoints can only
nest, `Turns` lets the transactions of concurrent requests run one after another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url

from tests.environment import SETTINGS
from tests.turns import Lock, acquire, current_caller

# How long a transaction of the application waits for another one of the same test.
TURN_SECONDS = 5


class Turns:
    """Makes a transaction wait until that of another caller has ended, as savepoints only nest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun_by: object = None
        self.open = 0

    def take(self) -> None:
        """Begin a transaction, nested if the same caller has one open; wait for another caller.

        Raises:
            TimeoutError: the transaction of the other caller did not end in time.
        """
        caller = current_caller()
        if not self.open or self._begun_by != caller:
            self._wait()
            self._begun_by = caller
        self.open += 1

    def _wait(self) -> None:
        if not acquire(self._lock, TURN_SECONDS):
            raise TimeoutError(
                "Two requests of a test overlap, and the first keeps its transaction open: call "
                "one after the other, or test them on a served application"
            )

    def give(self) -> None:
        """End a transaction."""
        self.open -= 1
        if not self.open:
            self._lock.release()


class ApplicationConnection:
    """The DBAPI connection of the test, wrapped for an engine of the application.

    A transaction of the application is a savepoint in the transaction of the test.
    """

    _numbers = count()

    def __init__(self, lent: Any, turns: Turns) -> None:
        self._lent = lent
        self._turns = turns
        self._savepoint = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lent, name)

    def _run(self, statement: str) -> None:
        cursor = self._lent.cursor()
        cursor.execute(statement)
        cursor.close()

    def cursor(self, *args: Any, **options: Any) -> Any:
        if not self._savepoint:
            self._turns.take()
            self._savepoint = f"application_{next(self._numbers)}"
            self._run(f"SAVEPOINT {self._savepoint}")
        return self._lent.cursor(*args, **options)

    def commit(self) -> None:
        if self._savepoint:
            self._run(f"RELEASE SAVEPOINT {self._savepoint}")
            self._savepoint = ""
            self._turns.give()

    def rollback(self) -> None:
        if self._savepoint:
            self._run(f"ROLLBACK TO SAVEPOINT {self._savepoint}")
            self.commit()

    def close(self) -> None:
        self.rollback()

    def invalidate(self, *_: object) -> None:
        """Only roll back: SQLAlchemy discards it on a cancelled request, but the test needs it."""
        self.rollback()

    def _close_special(self, **_: bool) -> None:
        """Called by SQLAlchemy's `Connection.close()` if the transaction has ended already."""
        self.rollback()


@contextmanager
def lend(connection: Connection | None, turns: Turns) -> Iterator[None]:
    """Make every engine on the application's database use this connection."""
    assert connection is not None
    own, lent = connection.engine, connection.connection
    raw_connection = Engine.raw_connection
    database = make_url(SETTINGS["DATABASE_URL"]).translate_connect_args()

    def borrow(engine: Engine) -> Any:
        if engine.url.translate_connect_args() != database:
            return raw_connection(engine)
        # The engine's own dialect is not initialized, as it has never connected to a server.
        engine.dialect = own.dialect
        return ApplicationConnection(lent, turns)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "raw_connection", borrow)
        yield
