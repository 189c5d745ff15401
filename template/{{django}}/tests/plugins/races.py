"""Another call that deletes a row between a request's look at it and its write."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def delete_before_write(transactional_db: None) -> Iterator[Callable[[Model], None]]:
    """Deletes a row just before the application next writes."""
    rows: list[Model] = []

    def delete_row(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if rows and sql.startswith(WRITES):
            row = rows.pop()
            type(row)._default_manager.filter(pk=row.pk).delete()
        return execute(sql, *args)

    with connection.execute_wrapper(delete_row):
        yield rows.append
    assert not rows, "The application wrote nothing"
