"""The responses about products and orders, to input that is the same in each run."""

from typing import Any

import pytest
from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion

from tests.snapshot.answers import answer_of

PRODUCT = {"id", "name", "price"}
ORDER = {"id", "user_id", "status", "payment_status", "total", "items", "created_at"}
ORDER_ITEM = {"product_id", "qty", "unit_price"}


@pytest.fixture
async def order(
    client: AsyncClient,
    auth_headers: dict[str, str],
    admin_headers: dict[str, str],
) -> dict[str, Any]:
    """The response to an order of two products."""
    items = []
    for qty, price in enumerate([19.99, 150], start=1):
        product = await client.post(
            "/api/v1/products",
            json={"name": f"Product {qty}", "price": price},
            headers=admin_headers,
        )
        items.append({"product_id": answer_of(product)["body"]["id"], "qty": qty})
    response = await client.post("/api/v1/orders", json={"items": items}, headers=auth_headers)
    return answer_of(response)


@pytest.mark.usefixtures("order")
async def test_the_list_of_products_returns_each(
    client: AsyncClient,
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.get("/api/v1/products"))

    assert [product.keys() for product in answer["body"]] == [PRODUCT, PRODUCT]
    assert answer == snapshot


def test_ordering_returns_the_order(
    order: dict[str, Any],
    snapshot: SnapshotAssertion,
) -> None:
    assert order["body"].keys() == ORDER
    assert [item.keys() for item in order["body"]["items"]] == [ORDER_ITEM, ORDER_ITEM]
    assert order == snapshot


async def test_cancelling_returns_the_order(
    client: AsyncClient,
    order: dict[str, Any],
    auth_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    path = f"/api/v1/orders/{order['body']['id']}/cancel"
    answer = answer_of(await client.post(path, headers=auth_headers))

    assert answer["body"].keys() == ORDER
    assert answer == snapshot


@pytest.mark.usefixtures("order")
async def test_the_summary_returns_counts_and_a_total(
    client: AsyncClient,
    auth_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    answer = answer_of(await client.get("/api/v1/orders/summary", headers=auth_headers))

    assert answer["body"].keys() == {"count", "total", "by_status"}
    assert answer == snapshot
