"""The answers of the API to input that is the same in each run."""

from typing import Any

import pytest
from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion
from syrupy.matchers import compose_matchers, path_type, path_value

from tests.snapshot.answers import answer_of

SID: dict[str, Any] = {
    "name": "Sid",
    "email": "sid@example.com",
    "password": "Str0ng_Pass!",
    "age": 30,
}
CREDENTIALS = {"email": SID["email"], "password": SID["password"]}
CHAIR: dict[str, Any] = {
    "name": "Chair",
    "description": "Seats one",
    "metadata": {"colours": ["red", None], "legs": 4, "size": {"height": 0.9}},
}
STOOL: dict[str, Any] = {"name": "Stool"}

USER = {"id", "name", "email", "age", "is_active", "is_admin", "created_at"}
RESOURCE = {"id", "name", "description", "metadata", "owner_id", "created_at"}
PRODUCT = {"id", "name", "price"}
ORDER = {"id", "user_id", "status", "payment_status", "total", "items", "created_at"}
ORDER_ITEM = {"product_id", "qty", "unit_price"}

# What differs from run to run is compared as a word.
WORDS = compose_matchers(
    path_type({r"(.*\.)?(id|\w+_id)": (int,)}, regex=True, replacer=lambda *_: "<id>"),
    path_value(
        {r"(.*\.)?created_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"},
        types=(str,),
        regex=True,
        replacer=lambda value, is_time: "<time>" if is_time else value,
    ),
    path_value(
        {r"(.*\.)?token": r"[\w-]+\.[\w-]+\.[\w-]+"},
        types=(str,),
        regex=True,
        replacer=lambda value, is_token: "<token>" if is_token else value,
    ),
)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.with_defaults(matcher=WORDS)


@pytest.fixture
async def sid_headers(client: AsyncClient) -> dict[str, str]:
    """Registers Sid, and signs them in."""
    await client.post("/api/v1/register", json=SID)
    login = answer_of(await client.post("/api/v1/login", json=CREDENTIALS))
    return {"Authorization": f"Bearer {login['body']['token']}"}


@pytest.fixture
async def order(
    client: AsyncClient,
    sid_headers: dict[str, str],
    admin_headers: dict[str, str],
) -> dict[str, Any]:
    """The answer to an order of Sid's."""
    items = []
    for qty, price in enumerate([19.99, 150], start=1):
        product = await client.post(
            "/api/v1/products",
            json={"name": f"Product {qty}", "price": price},
            headers=admin_headers,
        )
        items.append({"product_id": answer_of(product)["body"]["id"], "qty": qty})
    response = await client.post("/api/v1/orders", json={"items": items}, headers=sid_headers)
    return answer_of(response)


async def test_health_answers_ok(client: AsyncClient, snapshot: SnapshotAssertion) -> None:
    answer = answer_of(await client.get("/health"))

    assert answer["body"].keys() == {"status"}
    assert answer == snapshot


async def test_registering_answers_the_user(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.post("/api/v1/register", json=SID))

    assert answer["body"].keys() == USER
    assert answer == snapshot


@pytest.mark.usefixtures("sid_headers")
async def test_signing_in_answers_a_token(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.post("/api/v1/login", json=CREDENTIALS))

    assert answer["body"].keys() == {"token", "token_type"}
    assert answer == snapshot


async def test_the_list_of_users_answers_each(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    await client.post("/api/v1/register", json={**SID, "email": "sid@example.org", "age": None})

    answer = answer_of(await client.get("/api/v1/users", headers=sid_headers))

    assert [user.keys() for user in answer["body"]] == [USER, USER]
    assert answer == snapshot


async def test_creating_a_resource_answers_it(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    response = await client.post("/api/v1/resources", json=CHAIR, headers=sid_headers)
    answer = answer_of(response)

    assert answer["body"].keys() == RESOURCE
    assert answer == snapshot


async def test_creating_resources_answers_each(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    body = [CHAIR, STOOL]
    response = await client.post("/api/v1/resources/bulk", json=body, headers=sid_headers)
    answer = answer_of(response)

    assert [resource.keys() for resource in answer["body"]] == [RESOURCE, RESOURCE]
    assert answer == snapshot


@pytest.mark.usefixtures("order")
async def test_the_list_of_products_answers_each(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.get("/api/v1/products"))

    assert [product.keys() for product in answer["body"]] == [PRODUCT, PRODUCT]
    assert answer == snapshot


def test_ordering_answers_the_order(
    order: dict[str, Any],
    snapshot: SnapshotAssertion,
) -> None:
    assert order["body"].keys() == ORDER
    assert [item.keys() for item in order["body"]["items"]] == [ORDER_ITEM, ORDER_ITEM]
    assert order == snapshot


async def test_cancelling_answers_the_order(
    client: AsyncClient,
    order: dict[str, Any],
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    path = f"/api/v1/orders/{order['body']['id']}/cancel"
    answer = answer_of(await client.post(path, headers=sid_headers))

    assert answer["body"].keys() == ORDER
    assert answer == snapshot


@pytest.mark.usefixtures("order")
async def test_the_summary_answers_counts_and_a_total(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.get("/api/v1/orders/summary", headers=sid_headers))

    assert answer["body"].keys() == {"count", "total", "by_status"}
    assert answer == snapshot


@pytest.mark.usefixtures("order")
async def test_the_dashboard_answers_figures(
    client: AsyncClient,
    admin_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.get("/api/v1/admin/dashboard", headers=admin_headers))

    assert answer["body"].keys() == {"users", "resources", "orders", "revenue"}
    assert answer == snapshot


async def test_every_error_answers_a_detail(
    client: AsyncClient,
    sid_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    answers = {
        "no token": answer_of(await client.get("/api/v1/profile")),
        "no admin": answer_of(await client.get("/api/v1/admin/dashboard", headers=sid_headers)),
        "no such path": answer_of(await client.get("/nothing")),
        "no such user": answer_of(await client.get("/api/v1/users/0", headers=sid_headers)),
        "no such method": answer_of(await client.delete("/health")),
        "address taken": answer_of(await client.post("/api/v1/register", json=SID)),
    }

    assert all(answer["body"].keys() == {"detail"} for answer in answers.values())
    assert answers == snapshot


async def test_input_that_is_not_valid_answers_where_and_why(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    body = {"name": " ", "email": "sid", "password": "short", "age": 151, "is_admin": True}
    answer = answer_of(await client.post("/api/v1/register", json=body))

    assert [item.keys() for item in answer["body"]["detail"]] == [{"loc", "msg", "type"}] * 5
    assert answer == snapshot
