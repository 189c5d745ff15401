"""The health check."""

from httpx2 import AsyncClient


async def test_health_is_ok_while_the_database_answers(client: AsyncClient) -> None:
    response = await client.get("/health")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_health_is_unavailable_when_the_database_does_not_answer(
    disconnected_client: AsyncClient,
) -> None:
    response = await disconnected_client.get("/health")

    assert (response.status_code, response.json()) == (503, {"detail": "Database unavailable"})
