"""Another call that deletes a row between a request's look at it and its write."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, event, inspect

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def delete_before_write() -> Iterator[Callable[[Any], None]]:
    """Deletes a row just before the application next writes."""
    rows: list[Any] = []

    def delete_row(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if rows and statement.startswith(WRITES):
            row = rows.pop()
            table = inspect(type(row)).local_table
            connection.execute(delete(table).where(table.c.id == row.id))

    event.listen(Engine, "before_cursor_execute", delete_row)
    yield rows.append
    event.remove(Engine, "before_cursor_execute", delete_row)
    assert not rows, "The application wrote nothing"
