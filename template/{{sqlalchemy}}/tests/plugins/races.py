"""Race conditions: a row changes between the time a request reads it and the time it writes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, event, inspect, update

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def before_write() -> Iterator[Callable[..., None]]:
    """Changes a row, or deletes it if no changes are passed, just before the next write."""
    waiting: list[Any] = []

    def write(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if waiting and statement.startswith(WRITES):
            row, changes = waiting.pop()
            table = inspect(type(row)).local_table
            change = update(table).values(changes) if changes else delete(table)
            connection.execute(change.where(table.c.id == row.id))

    def arm(row: Any, **changes: Any) -> None:
        waiting.append((row, changes))

    event.listen(Engine, "before_cursor_execute", write)
    yield arm
    event.remove(Engine, "before_cursor_execute", write)
    assert not waiting, "The application wrote nothing"
