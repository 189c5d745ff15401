"""The dashboard."""

from decimal import Decimal

from django.test import Client

from tests.factories import OrderFactory, ResourceFactory


def test_the_dashboard_counts_everything_and_sums_what_was_paid(
    client: Client, admin_headers: dict[str, str]
) -> None:
    ResourceFactory.create_batch(2)
    OrderFactory(total=Decimal("10.10"), paid=True)
    OrderFactory(total=Decimal("20.20"), delivered=True)
    OrderFactory(total=Decimal("99.99"))

    response = client.get("/api/v1/admin/dashboard", headers=admin_headers)

    assert response.status_code == 200
    assert response.json() == {"users": 6, "resources": 2, "orders": 3, "revenue": 30.3}


def test_the_dashboard_of_an_empty_shop_shows_zeros(
    client: Client, admin_headers: dict[str, str]
) -> None:
    response = client.get("/api/v1/admin/dashboard", headers=admin_headers)

    assert response.json() == {"users": 1, "resources": 0, "orders": 0, "revenue": 0}


def test_the_dashboard_is_not_for_other_users(client: Client, auth_headers: dict[str, str]) -> None:
    response = client.get("/api/v1/admin/dashboard", headers=auth_headers)

    assert (response.status_code, response.json()) == (403, {"detail": "Not enough permissions"})


def test_the_dashboard_is_not_for_strangers(client: Client) -> None:
    response = client.get("/api/v1/admin/dashboard")

    assert response.status_code == 401
