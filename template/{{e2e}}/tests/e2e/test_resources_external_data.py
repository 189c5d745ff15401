"""The external data of a resource, and an external service that fails."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.e2e.external import Answer, ExternalApi

# More than the server has connections to its database.
CALLERS = 20

# The first test waits for the server to start.
pytestmark = pytest.mark.timeout(60)


def create_resource(client: httpx2.Client, external_api: ExternalApi) -> int:
    """Create a resource for which the external service has data, and return its id."""
    created = client.post("/api/v1/resources", json={"name": "Chair"}).raise_for_status()
    resource_id: int = created.json()["id"]
    known = {"status": "success", "data": {"resource": resource_id}}
    external_api.answers[f"GET /data/{resource_id}"] = Answer(200, known)
    return resource_id


def test_the_external_data_of_a_resource_is_returned(
    customer: httpx2.Client, external_api: ExternalApi
) -> None:
    resource_id = create_resource(customer, external_api)

    answer = customer.get(f"/api/v1/resources/{resource_id}/external-data")

    assert answer.status_code == 200
    assert answer.json() == {"id": resource_id, "external_data": {"resource": resource_id}}


def test_a_service_that_is_down_is_called_three_times(
    customer: httpx2.Client, external_api: ExternalApi
) -> None:
    resource_id = create_resource(customer, external_api)

    with external_api.failing("down", "down", "down"):
        answer = customer.get(f"/api/v1/resources/{resource_id}/external-data")

    assert answer.status_code == 503
    assert answer.json() == {"detail": "Service temporarily unavailable"}
    assert len(external_api.calls(f"GET /data/{resource_id}")) == 3


def test_requests_that_wait_for_the_external_service_do_not_block_others(
    customer: httpx2.Client, admin: httpx2.Client, external_api: ExternalApi
) -> None:
    resource_id = create_resource(customer, external_api)
    path = f"/api/v1/resources/{resource_id}/external-data"

    with ThreadPoolExecutor(CALLERS) as pool:
        with external_api.holding():
            asking = [pool.submit(customer.get, path) for _ in range(CALLERS)]
            operation = f"GET /data/{resource_id}"
            external_api.wait_until(lambda: len(external_api.calls(operation)) >= CALLERS)
            health = admin.get("/health")
            added = admin.post("/api/v1/resources", json={"name": "Table"})
            answered = [call for call in asking if call.done()]
        statuses = [call.result().status_code for call in asking]

    assert (health.status_code, added.status_code, answered) == (200, 201, [])
    assert statuses == [200] * CALLERS
