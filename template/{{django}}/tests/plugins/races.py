"""Race conditions: a row changes between the time a request reads it and the time it writes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def before_write(transactional_db: None) -> Iterator[Callable[..., None]]:
    """Changes a row, or deletes it if no changes are passed, just before the next write."""
    waiting: list[Any] = []

    def write(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if waiting and sql.startswith(WRITES):
            row, changes = waiting.pop()
            rows = type(row)._default_manager.filter(pk=row.pk)
            if changes:
                rows.update(**changes)
            else:
                rows.delete()
        return execute(sql, *args)

    def arm(row: Model, **changes: Any) -> None:
        waiting.append((row, changes))

    with connection.execute_wrapper(write):
        yield arm
    assert not waiting, "The application wrote nothing"
