"""Conventions that hold for every operation in the OpenAPI document, a new one included."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.operations import DOCUMENT, OPERATIONS, Operation

PAGES = [Operation("GET", path, {}) for path in ("/docs", "/openapi.json")]

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)
each_operation_and_page = pytest.mark.parametrize("operation", OPERATIONS + PAGES, ids=str)
each_operation_with_an_id = pytest.mark.parametrize(
    "operation", [operation for operation in OPERATIONS if operation.ids], ids=str
)

IMPOSSIBLE_IDS = [
    "0",
    str(2**31),
    str(2**63),
    "9" * 5000,
    "-1",
    "abc",
    "1.0",
    "%00",  # NUL
    "%FF",  # undecodable
    "%D9%A1",  # a digit of another script
]


@each_operation_and_page
async def test_a_wrong_method_is_answered_with_405_and_the_allowed_ones(
    operation: Operation, client: AsyncClient
) -> None:
    right = {other.method for other in OPERATIONS + PAGES if other.path == operation.path}
    wrong = next(method for method in ("PATCH", "PUT", "POST", "DELETE") if method not in right)

    response = await client.request(method=wrong, url=operation.url())

    assert response.status_code == 405
    assert response.json() == {"detail": "Method Not Allowed"}
    assert set(response.headers["Allow"].split(", ")) == right


@each_operation_and_page
async def test_a_path_with_a_trailing_slash_is_not_found(
    operation: Operation,
    client: AsyncClient,
) -> None:
    response = await client.get(f"{operation.url()}/")

    assert response.status_code == 404
    assert response.json() == {"detail": "Not Found"}


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/nothing", "/api/v2/users", "/redoc"])
async def test_an_unknown_path_is_not_found(path: str, client: AsyncClient) -> None:
    response = await client.get(path)

    assert response.status_code == 404
    assert response.json() == {"detail": "Not Found"}


@each_operation_with_an_id
async def test_an_id_that_no_row_can_have_is_not_found(
    operation: Operation, client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    method = operation.method
    body: dict[str, Any] | None = {} if operation.body else None

    for id_ in IMPOSSIBLE_IDS:
        url = operation.url(id_)
        response = await client.request(method=method, url=url, json=body, headers=admin_headers)

        detail = response.json()["detail"]
        if operation.body and response.status_code == 422:  # the body is checked before the id
            assert {item["loc"][0] for item in detail} == {"body"}, id_[:20]
        else:
            assert (response.status_code, type(detail)) == (404, str), id_[:20]


@each_operation
async def test_an_operation_needs_a_token_exactly_if_the_document_says_so(
    operation: Operation, client: AsyncClient
) -> None:
    method, url = operation.method, operation.url()
    response = await client.request(method=method, url=url, json={} if operation.body else None)

    assert (response.status_code == 401) is operation.needs_token
    if operation.needs_token:
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json() == {"detail": "Not authenticated"}
        assert "401" in operation.description["responses"]


def test_bearer_tokens_are_the_only_security_scheme() -> None:
    [(name, scheme)] = DOCUMENT["components"]["securitySchemes"].items()

    assert DOCUMENT["openapi"].startswith("3.")
    assert (scheme["type"], scheme["scheme"].lower()) == ("http", "bearer")
    for operation in OPERATIONS:
        assert all(way.keys() == {name} for way in operation.description.get("security", []))


@each_operation
def test_the_openapi_document_describes_the_body_of_each_error(operation: Operation) -> None:
    for status, response in operation.description["responses"].items():
        if int(status) >= 400:
            name = "Invalid" if status == "422" else "Message"
            schema = response["content"]["application/json"]["schema"]
            assert schema == {"$ref": f"#/components/schemas/{name}"}


async def test_the_served_openapi_document_equals_the_generated_one(client: AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json() == DOCUMENT
