"""The response of the dashboard, to input that is the same in each run."""

from httpx2 import AsyncClient
from syrupy.assertion import SnapshotAssertion

from tests.snapshot.answers import answer_of


async def test_the_dashboard_returns_figures(
    client: AsyncClient,
    admin_headers: dict[str, str],
    snapshot: SnapshotAssertion,
) -> None:
    chair = {"name": "Chair", "price": 19.99}
    product = await client.post("/api/v1/products", json=chair, headers=admin_headers)
    items = [{"product_id": answer_of(product)["body"]["id"], "qty": 1}]
    await client.post("/api/v1/orders", json={"items": items}, headers=admin_headers)
    await client.post("/api/v1/resources", json={"name": "Chair"}, headers=admin_headers)

    answer = answer_of(await client.get("/api/v1/admin/dashboard", headers=admin_headers))

    assert answer["body"].keys() == {"users", "resources", "orders", "revenue"}
    assert answer == snapshot
