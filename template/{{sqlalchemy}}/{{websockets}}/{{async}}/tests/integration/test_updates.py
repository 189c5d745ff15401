"""The websocket: who may connect, and which messages are valid."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.sockets import SUBSCRIBE, SUBSCRIBED, open_socket, receive

# The `client` fixture makes the application's queries run in the test's transaction.
pytestmark = pytest.mark.usefixtures("client")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no token"),
        pytest.param({"Authorization": "Bearer forged"}, id="forged token"),
    ],
)
async def test_no_socket_opens_without_a_valid_token(url: str, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await open_socket(url, headers)

    assert refused.value.response.status_code == 403


async def test_a_token_in_the_url_signs_in(url: str, auth_headers: dict[str, str]) -> None:
    token = auth_headers["Authorization"].removeprefix("Bearer ")

    async with open_socket(f"{url}?token={token}") as websocket:
        await websocket.send(SUBSCRIBE)
        assert await receive(websocket) == SUBSCRIBED


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="empty"),
        pytest.param("subscribe", id="not JSON"),
        pytest.param("[]", id="not an object"),
        pytest.param('{"type": "subscribe"}', id="no channel"),
        pytest.param('{"type": "subscribe", "channel": "others"}', id="another channel"),
        pytest.param('{"type": "shout", "channel": "updates"}', id="another type"),
        pytest.param("[" * 100_000, id="nested too deep"),
        pytest.param(b"\xff", id="bytes"),
    ],
)
async def test_an_invalid_message_returns_an_error_and_the_connection_stays_open(
    message: str | bytes, url: str, auth_headers: dict[str, str]
) -> None:
    async with open_socket(url, auth_headers) as websocket:
        await websocket.send(message)
        error = await receive(websocket)
        await websocket.send(SUBSCRIBE)

        assert error["type"] == "error"
        assert error["detail"]
        assert await receive(websocket) == SUBSCRIBED
