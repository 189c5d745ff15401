"""The responses about accounts, to input that is the same in each run."""

from typing import Any

import pytest
from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion

from tests.snapshot.answers import answer_of

SID: dict[str, Any] = {
    "name": "Sid",
    "email": "sid@example.com",
    "password": "Str0ng_Pass!",
    "age": 30,
}
CREDENTIALS = {"email": SID["email"], "password": SID["password"]}

USER = {"id", "name", "email", "age", "is_active", "is_admin", "created_at"}


@pytest.fixture
async def sid_headers(client: AsyncClient) -> dict[str, str]:
    """Registers Sid, and returns the headers of a request by Sid."""
    await client.post("/api/v1/register", json=SID)
    login = answer_of(await client.post("/api/v1/login", json=CREDENTIALS))
    return {"Authorization": f"Bearer {login['body']['token']}"}


async def test_registering_returns_the_user(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.post("/api/v1/register", json=SID))

    assert answer["body"].keys() == USER
    assert answer == snapshot


@pytest.mark.usefixtures("sid_headers")
async def test_signing_in_returns_a_token(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.post("/api/v1/login", json=CREDENTIALS))

    assert answer["body"].keys() == {"token", "token_type"}
    assert answer == snapshot


async def test_the_list_of_users_returns_each(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    await client.post("/api/v1/register", json={**SID, "email": "sid@example.org", "age": None})

    answer = answer_of(await client.get("/api/v1/users", headers=sid_headers))

    assert [user.keys() for user in answer["body"]] == [USER, USER]
    assert answer == snapshot


async def test_an_error_returns_a_detail(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    added = await client.post("/api/v1/users", json=SID, headers=sid_headers)
    answers = {
        "no token": answer_of(await client.get("/api/v1/profile")),
        "not an admin": answer_of(added),
        "no such user": answer_of(await client.get("/api/v1/users/0", headers=sid_headers)),
        "email taken": answer_of(await client.post("/api/v1/register", json=SID)),
    }

    assert all(answer["body"].keys() == {"detail"} for answer in answers.values())
    assert answers == snapshot


async def test_invalid_input_returns_locations_and_reasons(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    body = {"name": " ", "email": "sid", "password": "short", "age": 151, "is_admin": True}
    answer = answer_of(await client.post("/api/v1/register", json=body))

    assert [item.keys() for item in answer["body"]["detail"]] == [{"loc", "msg", "type"}] * 5
    assert answer == snapshot
