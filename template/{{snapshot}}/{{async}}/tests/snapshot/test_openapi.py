"""The OpenAPI document: what changes it changes the API, and is seen in review."""

from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import paths

from tests.snapshot.answers import answer_of


async def test_openapi(client: AsyncClient, snapshot: SnapshotAssertion) -> None:
    answer = answer_of(await client.get("/openapi.json"))

    assert answer["status"] == 200
    assert {"openapi", "info", "paths", "components"} <= answer["body"].keys()
    assert answer["body"] == snapshot(exclude=paths("info.title"))
