"""How many queries a list takes, however many rows it shows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.models import MODELS, create
from tests.operations import LISTS, Operation


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(
    operation: Operation, client: Client, admin_headers: dict[str, str]
) -> None:
    taken = []
    for rows in (1, 10):
        for model in MODELS:
            create(model, rows)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(operation.path, headers=admin_headers)
        assert len(response.json()) >= rows
        taken.append(len(queries))

    assert taken[0] == taken[1]
