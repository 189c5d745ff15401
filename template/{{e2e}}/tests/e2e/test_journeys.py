"""What people do with the service, from beginning to end."""

from typing import Any

import httpx2
import pytest

from tests.e2e.database import read_order
from tests.factories import PASSWORD, UserFactory

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_a_customer_registers_logs_in_orders_checks_and_cancels(
    client: httpx2.Client, database: str, basket: dict[str, Any]
) -> None:
    person = UserFactory.build()
    credentials = {"email": person.email, "password": PASSWORD}

    registered = client.post("/api/v1/register", json={"name": person.name, **credentials})
    assert registered.status_code == 201

    login = client.post("/api/v1/login", json=credentials)
    assert login.status_code == 200
    client.headers["Authorization"] = f"Bearer {login.json()['token']}"

    ordered = client.post("/api/v1/orders", json=basket)
    assert ordered.status_code == 201
    path = f"/api/v1/orders/{ordered.json()['id']}"

    checked = client.get(path)
    assert checked.status_code == 200
    assert checked.json() == ordered.json()
    assert checked.json()["user_id"] == registered.json()["id"]
    assert (checked.json()["status"], checked.json()["total"]) == ("pending", 1500)

    cancelled = client.post(f"{path}/cancel")
    assert cancelled.status_code == 200
    assert cancelled.json()["status"] == "cancelled"
    assert read_order(database, ordered.json()["id"]).status == "cancelled"


def test_an_admin_adds_a_product_and_sees_what_it_has_earned(
    admin: httpx2.Client, customer: httpx2.Client
) -> None:
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


def test_a_resource_shows_what_the_external_service_knows_of_it(customer: httpx2.Client) -> None:
    resource = customer.post("/api/v1/resources", json={"name": "Chair"}).raise_for_status().json()

    answer = customer.get(f"/api/v1/resources/{resource['id']}/external-data")

    assert answer.status_code == 200
    assert answer.json()["external_data"] == {"resource": resource["id"]}
