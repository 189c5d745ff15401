"""The events of resources, over the websocket."""

import json

import pytest
import requests
from websockets.sync.client import connect

from tests.plugins.server import Post
from tests.sockets import SUBSCRIBE, SUBSCRIBED, event, open_socket, run, subscribe


def test_a_new_resource_is_announced_to_everyone(
    post: Post, auth_headers: dict[str, str], other_headers: dict[str, str]
) -> None:
    async def test() -> None:
        socket = await subscribe(open_socket(other_headers))
        resource = await post("/api/v1/resources", json={"name": "Chair"}, headers=auth_headers)

        assert await socket.receive_json_from() == event("resource.created", resource)
        await socket.disconnect()

    run(test)


@pytest.mark.parametrize("count", [2, 150])
def test_every_resource_of_a_bulk_is_announced(
    count: int, post: Post, auth_headers: dict[str, str]
) -> None:
    body = [{"name": f"Resource {number}"} for number in range(count)]

    async def test() -> None:
        socket = await subscribe(open_socket(auth_headers))
        resources = await post("/api/v1/resources/bulk", json=body, headers=auth_headers)

        for resource in resources:
            assert await socket.receive_json_from() == event("resource.created", resource)
        await socket.disconnect()

    run(test)


def test_nothing_is_announced_before_subscribing(post: Post, auth_headers: dict[str, str]) -> None:
    async def test() -> None:
        socket = open_socket(auth_headers)
        await socket.connect()
        await post("/api/v1/resources", json={"name": "Early"}, headers=auth_headers)
        await socket.send_json_to(SUBSCRIBE)

        assert await socket.receive_json_from() == SUBSCRIBED
        await socket.disconnect()

    run(test)


def test_a_resource_that_was_not_stored_is_not_announced(
    post: Post, auth_headers: dict[str, str]
) -> None:
    async def test() -> None:
        socket = await subscribe(open_socket(auth_headers))
        await post("/api/v1/resources", json={"name": ""}, headers=auth_headers)
        await socket.send_json_to(SUBSCRIBE)

        assert await socket.receive_json_from() == SUBSCRIBED
        await socket.disconnect()

    run(test)


def test_a_client_over_a_real_socket_receives_an_event(
    address: str, auth_headers: dict[str, str]
) -> None:
    url = f"http://{address}/api/v1/resources"

    with connect(
        f"ws://{address}/ws/updates", additional_headers=auth_headers, proxy=None
    ) as socket:
        socket.send(json.dumps(SUBSCRIBE))
        subscribed = json.loads(socket.recv(timeout=5))
        resource = requests.post(url, json={"name": "Chair"}, headers=auth_headers, timeout=5)
        received = json.loads(socket.recv(timeout=5))

    assert subscribed == SUBSCRIBED
    assert received == event("resource.created", resource.json())
