"""The events of resources, over a real websocket."""

from httpx2 import AsyncClient

from tests.sockets import SUBSCRIBE, SUBSCRIBED, event, open_socket, receive, subscribed


async def test_a_new_resource_is_announced_to_everyone(
    url: str, client: AsyncClient, auth_headers: dict[str, str], other_headers: dict[str, str]
) -> None:
    async with subscribed(url, other_headers) as websocket:
        body = {"name": "Chair"}
        resource = await client.post("/api/v1/resources", json=body, headers=auth_headers)

        assert await receive(websocket) == event("resource.created", resource.json())


async def test_every_resource_of_a_bulk_is_announced(
    url: str, client: AsyncClient, auth_headers: dict[str, str]
) -> None:
    async with subscribed(url, auth_headers) as websocket:
        resources = await client.post(
            "/api/v1/resources/bulk", json=[{"name": "A"}, {"name": "B"}], headers=auth_headers
        )

        assert [await receive(websocket), await receive(websocket)] == [
            event("resource.created", resource) for resource in resources.json()
        ]


async def test_nothing_is_announced_before_subscribing(
    url: str, client: AsyncClient, auth_headers: dict[str, str]
) -> None:
    async with open_socket(url, auth_headers) as websocket:
        await client.post("/api/v1/resources", json={"name": "Early"}, headers=auth_headers)
        await websocket.send(SUBSCRIBE)

        assert await receive(websocket) == SUBSCRIBED


async def test_a_resource_that_was_not_stored_is_not_announced(
    url: str, client: AsyncClient, auth_headers: dict[str, str]
) -> None:
    async with subscribed(url, auth_headers) as websocket:
        await client.post("/api/v1/resources", json={"name": ""}, headers=auth_headers)
        await websocket.send(SUBSCRIBE)

        assert await receive(websocket) == SUBSCRIBED
