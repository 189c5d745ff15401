"""The workflow of an admin with products and the dashboard."""

import httpx2
import pytest

from tests.e2e.external import ExternalApi
from tests.e2e.orders import PAY, TAKEN

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_an_admin_adds_a_product_and_sees_its_revenue(
    admin: httpx2.Client, customer: httpx2.Client, external_api: ExternalApi
) -> None:
    external_api.answers[PAY] = TAKEN
    before = admin.get("/api/v1/admin/dashboard").raise_for_status().json()

    added = admin.post("/api/v1/products", json={"name": "Lamp", "price": 19.99})
    product = added.raise_for_status().json()
    assert product in customer.get("/api/v1/products?limit=100").json()

    items = [{"product_id": product["id"], "qty": 3}]
    order = customer.post("/api/v1/orders", json={"items": items}).raise_for_status().json()
    customer.post(f"/api/v1/orders/{order['id']}/pay").raise_for_status()

    after = admin.get("/api/v1/admin/dashboard").raise_for_status().json()
    assert after["orders"] == before["orders"] + 1
    assert round(after["revenue"] - before["revenue"], 2) == 59.97
