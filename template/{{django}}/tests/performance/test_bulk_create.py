"""A budget that only a change of kind exceeds, such as a commit for each row."""

import time

import pytest
from django.test import Client

pytestmark = pytest.mark.performance


def test_a_hundred_resources_are_created_in_one_request_within_two_seconds(
    client: Client, auth_headers: dict[str, str]
) -> None:
    resources = [{"name": f"Resource {number}"} for number in range(100)]

    start = time.perf_counter()
    response = client.post("/api/v1/resources/bulk", json=resources, headers=auth_headers)
    duration = time.perf_counter() - start

    assert response.status_code == 201
    assert len(response.json()) == 100
    assert duration < 2
