"""Authorization headers that cannot be decoded."""

from httpx2 import AsyncClient


async def test_an_authorization_header_that_cannot_be_decoded_is_refused(
    client: AsyncClient,
) -> None:
    headers = {b"Authorization": b"Bearer \xff\xfe"}

    response = await client.get("/api/v1/profile", headers=headers)

    assert response.status_code == 401
    assert response.json() == {"detail": "Not authenticated"}
