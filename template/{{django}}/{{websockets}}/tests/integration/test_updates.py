"""The websocket: who may connect, and which messages are valid."""

import pytest

from tests.sockets import SUBSCRIBE, SUBSCRIBED, open_socket, run, subscribe


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no token"),
        pytest.param({"Authorization": "Bearer forged"}, id="forged token"),
        pytest.param({"Authorization": "Basic c2lkOnBhc3N3b3Jk"}, id="another scheme"),
    ],
)
def test_no_socket_opens_without_a_valid_token(headers: dict[str, str], db: None) -> None:
    async def test() -> None:
        connected, _ = await open_socket(headers).connect()
        assert not connected

    run(test)


def test_a_token_in_the_url_signs_in(auth_headers: dict[str, str]) -> None:
    token = auth_headers["Authorization"].removeprefix("Bearer ")

    async def test() -> None:
        socket = await subscribe(open_socket({}, f"/ws/updates?token={token}"))
        await socket.disconnect()

    run(test)


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
def test_an_invalid_message_returns_an_error_and_the_connection_stays_open(
    message: str | bytes, auth_headers: dict[str, str]
) -> None:
    async def test() -> None:
        socket = open_socket(auth_headers)
        await socket.connect()
        kind = "bytes" if isinstance(message, bytes) else "text"
        await socket.send_input({"type": "websocket.receive", kind: message})
        error = await socket.receive_json_from()
        await socket.send_json_to(SUBSCRIBE)

        assert error["type"] == "error"
        assert error["detail"]
        assert await socket.receive_json_from() == SUBSCRIBED
        await socket.disconnect()

    run(test)
