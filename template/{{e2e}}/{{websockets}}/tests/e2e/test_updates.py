"""Websockets that stay open."""

from contextlib import ExitStack

import httpx2
import pytest

from tests.e2e.updates import listen
from tests.serving import Server

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_open_websockets_hold_no_database_connections(
    server: Server, customer: httpx2.Client
) -> None:
    with ExitStack() as sockets:
        for _ in range(20):  # more than the server has connections to its database
            sockets.enter_context(listen(server, customer))

        assert customer.get("/api/v1/profile").status_code == 200
