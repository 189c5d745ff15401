"""The dashboard."""

from decimal import Decimal

from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories.orders import OrderFactory
from tests.factories.resources import ResourceFactory


async def test_the_dashboard_counts_everything_and_sums_paid_orders(
    client: AsyncClient, db: AsyncSession, admin_headers: dict[str, str]
) -> None:
    ResourceFactory.create_batch(2)
    OrderFactory(total=Decimal("10.10"), paid=True)
    OrderFactory(total=Decimal("20.20"), delivered=True)
    OrderFactory(total=Decimal("99.99"))
    await db.commit()

    response = await client.get("/api/v1/admin/dashboard", headers=admin_headers)

    assert response.status_code == 200
    assert response.json() == {"users": 6, "resources": 2, "orders": 3, "revenue": 30.3}


async def test_the_dashboard_of_an_empty_shop_shows_zeros(
    client: AsyncClient, admin_headers: dict[str, str]
) -> None:
    response = await client.get("/api/v1/admin/dashboard", headers=admin_headers)

    assert response.json() == {"users": 1, "resources": 0, "orders": 0, "revenue": 0}


async def test_the_dashboard_is_forbidden_to_other_users(
    client: AsyncClient,
    auth_headers: dict[str, str],
) -> None:
    response = await client.get("/api/v1/admin/dashboard", headers=auth_headers)

    assert response.status_code == 403
    assert response.json() == {"detail": "Not enough permissions"}


async def test_the_dashboard_requires_a_token(client: AsyncClient) -> None:
    response = await client.get("/api/v1/admin/dashboard")

    assert response.status_code == 401
