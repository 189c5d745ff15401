"""A time budget that only an order-of-magnitude regression exceeds, such as a commit per row."""

import time

import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.performance


async def test_a_hundred_resources_are_created_in_one_request_within_two_seconds(
    client: AsyncClient, auth_headers: dict[str, str]
) -> None:
    resources = [{"name": f"Resource {number}"} for number in range(100)]

    durations = []
    for _ in range(3):
        start = time.perf_counter()
        response = await client.post("/api/v1/resources/bulk", json=resources, headers=auth_headers)
        durations.append(time.perf_counter() - start)
        assert response.status_code == 201
        assert len(response.json()) == 100

    # The fastest of three: a busy machine delays one, not all.
    assert min(durations) < 2
