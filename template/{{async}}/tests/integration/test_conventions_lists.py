"""Conventions that hold for every list in the OpenAPI document: it is paginated."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.operations import LISTS, Operation

each_list = pytest.mark.parametrize("operation", LISTS, ids=str)
# Without nested lists, whose path has the id of the parent.
each_list_of_all = pytest.mark.parametrize(
    "operation",
    [
        operation
        for operation in LISTS
        if "$ref" in operation.items and not operation.parameters("path")
    ],
    ids=str,
)

HUGE = [2**31, 10**30, "9" * 5000]
INVALID = [
    "limit=0",
    "limit=-1",
    "limit=101",
    "limit=",
    "limit=1.5",
    "limit=1_0",
    "limit=%FF",
    f"limit={'9' * 5000}",
    "limit=1&limit=101",  # the last one counts
    "skip=-1",
    "skip=",
    "skip=NaN",
]


@each_list
def test_the_openapi_document_describes_skip_and_limit(operation: Operation) -> None:
    described = operation.parameters("query")

    assert described["skip"] == {"type": "integer", "minimum": 0, "default": 0}
    assert described["limit"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}


@each_list_of_all
@pytest.mark.usefixtures("listed_rows")
async def test_a_list_returns_the_first_20_rows_by_id_by_default(
    operation: Operation, client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    async def read(query: str) -> Any:
        response = await client.get(f"{operation.path}?{query}", headers=admin_headers)
        assert response.status_code == 200, query[:20]
        return response.json()

    rows = await read("limit=100")

    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert len(rows) > 20
    assert await read("") == await read("skip=0&sort=name&x=%00&y=%FF") == rows[:20]
    assert await read("limit=1") == await read("limit=101&limit=1") == rows[:1]
    assert await read("skip=1&limit=2") == rows[1:3]
    assert await read("skip=20&limit=100") == rows[20:]
    for skip in HUGE:
        assert await read(f"skip={skip}") == []


@each_list
async def test_an_invalid_skip_or_limit_is_refused(
    operation: Operation, client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    for query in INVALID:
        response = await client.get(f"{operation.url()}?{query}", headers=admin_headers)

        assert response.status_code == 422, query[:20]
        [item] = response.json()["detail"]
        assert item.keys() == {"loc", "msg", "type"}
        assert item["loc"] == ["query", query.partition("=")[0]]
