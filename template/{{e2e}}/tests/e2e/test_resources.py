"""The workflow of a user with resources."""

import httpx2
import pytest

from tests.factories.accounts import PASSWORD, UserFactory
from tests.serving import Server

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def test_a_user_registers_logs_in_creates_reads_and_deletes_and_a_restart_loses_nothing(
    server: Server, client: httpx2.Client
) -> None:
    person = UserFactory.build()
    credentials = {"email": person.email, "password": PASSWORD}

    registered = client.post("/api/v1/register", json={"name": person.name, **credentials})
    assert registered.status_code == 201

    login = client.post("/api/v1/login", json=credentials)
    assert login.status_code == 200
    client.headers["Authorization"] = f"Bearer {login.json()['token']}"

    chair, table = (
        client.post("/api/v1/resources", json={"name": name, "metadata": {"legs": 4}})
        for name in ("Chair", "Table")
    )
    assert (chair.status_code, table.status_code) == (201, 201)
    assert chair.json()["owner_id"] == registered.json()["id"]

    read = client.get(f"/api/v1/resources/{chair.json()['id']}")
    assert read.status_code == 200
    assert read.json() == chair.json()

    deleted = client.delete(f"/api/v1/resources/{chair.json()['id']}")
    assert deleted.status_code == 204

    server.stop()
    server.start()
    client.base_url = server.url

    assert client.get("/api/v1/profile").json() == registered.json()
    assert client.get(f"/api/v1/resources/{table.json()['id']}").json() == table.json()
    assert client.get(f"/api/v1/resources/{chair.json()['id']}").status_code == 404
