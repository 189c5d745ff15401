"""The responses about resources, to input that is the same in each run."""

from typing import Any

from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion

from tests.snapshot.answers import answer_of

CHAIR: dict[str, Any] = {
    "name": "Chair",
    "description": "Seats one",
    "metadata": {"colours": ["red", None], "legs": 4, "size": {"height": 0.9}},
}
STOOL: dict[str, Any] = {"name": "Stool"}

RESOURCE = {"id", "name", "description", "metadata", "owner_id", "created_at"}


async def test_creating_a_resource_returns_it(
    client: AsyncClient,
    auth_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    response = await client.post("/api/v1/resources", json=CHAIR, headers=auth_headers)
    answer = answer_of(response)

    assert answer["body"].keys() == RESOURCE
    assert answer == snapshot


async def test_creating_resources_returns_each(
    client: AsyncClient,
    auth_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    body = [CHAIR, STOOL]
    response = await client.post("/api/v1/resources/bulk", json=body, headers=auth_headers)
    answer = answer_of(response)

    assert [resource.keys() for resource in answer["body"]] == [RESOURCE, RESOURCE]
    assert answer == snapshot
