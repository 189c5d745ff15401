"""The contract on resources, written by hand: it does not change along with the schema."""

from typing import Any

from tests.contract.answers import ask, call, public, required, shape_of
from tests.contract.api import Existing

RESOURCE: dict[str, Any] = {
    "id": int,
    "name": str,
    "description": str,
    "metadata": {},
    "owner_id": int,
    "created_at": str,
}
# The operations that every user may call on the rows of any user.
SHARED = {"GET /api/v1/resources/{resource_id}/external-data"}


def test_every_response_has_the_agreed_fields_and_types(
    existing: Existing, admin_headers: dict[str, str]
) -> None:
    for operation, shape in {
        "GET /api/v1/resources": [RESOURCE],
        "GET /api/v1/resources/{resource_id}": RESOURCE,
        "GET /api/v1/resources/{resource_id}/external-data": {"id": int, "external_data": {}},
    }.items():
        answer = ask(operation.format_map(existing.ids), admin_headers)

        assert answer.status_code == 200, operation
        assert shape_of(answer.json()) == shape, operation


def test_every_field_of_a_response_is_required_in_its_schema() -> None:
    assert required("Resource") == RESOURCE.keys()


def test_only_reading_is_public() -> None:
    assert public("resources") == {
        "GET /api/v1/resources",
        "GET /api/v1/resources/{resource_id}",
    }


def test_a_created_resource_can_be_read_changed_and_deleted(
    admin_headers: dict[str, str],
) -> None:
    one = "/api/v1/resources/{resource_id}"

    created = call(
        "POST /api/v1/resources", admin_headers, {"name": "Chair", "metadata": {"legs": 4}}
    )
    ids = {"resource_id": created["id"]}
    read = call(f"GET {one}", admin_headers, **ids)
    changed = call(f"PUT {one}", admin_headers, {"name": "New"}, **ids)
    deleted = call(f"DELETE {one}", admin_headers, **ids)
    gone = call(f"GET {one}", admin_headers, **ids)

    assert read == created
    assert changed == {**created, "name": "New"}
    assert deleted is None
    assert gone == {"detail": "Resource not found"}
