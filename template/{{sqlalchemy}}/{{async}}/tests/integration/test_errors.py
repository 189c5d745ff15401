"""The response to an unexpected exception."""

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession


async def test_an_unexpected_exception_is_not_shown_to_the_client(
    disconnected_client: AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret in the message")

    monkeypatch.setattr(AsyncSession, "execute", fail)

    response = await disconnected_client.get("/health")

    assert response.status_code == 500
    assert response.json() == {"detail": "Internal Server Error"}
