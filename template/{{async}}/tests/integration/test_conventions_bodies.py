"""Conventions that hold for every body in the OpenAPI document: invalid input is refused."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.operations import OPERATIONS, Operation, find_values, nest

each_body = pytest.mark.parametrize(
    "operation", [operation for operation in OPERATIONS if operation.body], ids=str
)

UNREADABLE = [
    b"",
    b"{",
    b"{'name': 'Python, not JSON'}",
    b"null",
    b"[[]]",
    b'"text"',
    b"1",
    b"true",
    b"NaN",
    b"\xff\xfe\xfd",
    b'{"name": "\xff"}',
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
]

# JSON that is invalid where a value of the type is expected. No database stores NUL or a lone
# surrogate; the text around them is long enough for any minimum length.
HUGE = "9" * 5000
DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000
INVALID = {
    "integer": ["NaN", "-Infinity", "1e400", HUGE, "1.5", "true", '"1"', '["ECHO"]'],
    "number": ["NaN", "-Infinity", "1e400", HUGE, "true", '"1"', '["ECHO"]'],
    "string": [r'"password\u0000"', r'"password\ud800"', r'"\udfffpassword"', "1", '["ECHO"]'],
    "boolean": ["NaN", '["ECHO"]'],
    "object": [r'{"x": ["\u0000"]}', r'{"\ud800": 1}', '{"x": [NaN]}', DEEP, '["ECHO"]'],
}


async def read_refusal(
    client: AsyncClient, operation: Operation, body: bytes | str, headers: dict[str, str]
) -> list[dict[str, Any]]:
    """Send an invalid body, and return the `detail` of the refusal."""
    method, url = operation.method, operation.url()
    json_headers = {**headers, "Content-Type": "application/json"}
    response = await client.request(method=method, url=url, content=body, headers=json_headers)

    assert response.status_code == 422, body[:80]
    assert "ECHO" not in response.text
    detail: list[dict[str, Any]] = response.json()["detail"]
    for item in detail:
        assert item.keys() == {"loc", "msg", "type"}
        assert isinstance(item["msg"], str)
        assert isinstance(item["type"], str)
        assert item["loc"][0] == "body"
    return detail


@each_body
async def test_an_unreadable_body_is_refused(
    operation: Operation, client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    for body in UNREADABLE:
        assert await read_refusal(client, operation, body, admin_headers)


@each_body
async def test_an_invalid_value_is_reported_by_its_location_and_never_echoed(
    operation: Operation, client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    for place, type_ in find_values(operation.body):
        for value in INVALID.get(type_, []):
            body = nest(value, place)
            detail = await read_refusal(client, operation, body, admin_headers)

            # A body that cannot be parsed is refused as a whole.
            places = [tuple(item["loc"][1:]) for item in detail]
            assert place in places or places == [()], (place, value[:20], detail)


@each_body
async def test_an_unknown_field_is_refused(
    operation: Operation, client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    places = [place for place, _ in find_values(operation.body)]
    for place in {place[:-1] for place in places if place and place[-1] != 0}:
        for name in ("unknown", r"\u0000", r"\ud800"):
            body = nest("1", (*place, name))
            detail = await read_refusal(client, operation, body, admin_headers)

            # A name with a lone surrogate is refused before it is looked up.
            assert {"extra_forbidden", "string_unicode"} & {item["type"] for item in detail}


async def test_malformed_json_is_reported_with_the_position_of_the_error(
    client: AsyncClient,
) -> None:
    method, url, body = "POST", "/api/v1/login", b"{"
    json_headers = {"Content-Type": "application/json"}
    response = await client.request(method=method, url=url, content=body, headers=json_headers)

    assert response.status_code == 422
    assert response.json()["detail"] == [
        {"loc": ["body", 1], "msg": "JSON decode error", "type": "json_invalid"}
    ]
