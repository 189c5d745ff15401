"""The responses that belong to no subject."""

from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion

from tests.snapshot.answers import answer_of


async def test_health_returns_ok(client: AsyncClient, snapshot: SnapshotAssertion) -> None:
    answer = answer_of(await client.get("/health"))

    assert answer["body"].keys() == {"status"}
    assert answer == snapshot


async def test_an_unknown_path_or_method_returns_a_detail(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answers = {
        "no such path": answer_of(await client.get("/nothing")),
        "no such method": answer_of(await client.delete("/health")),
    }

    assert all(answer["body"].keys() == {"detail"} for answer in answers.values())
    assert answers == snapshot
