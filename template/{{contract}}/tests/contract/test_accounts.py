"""The contract on accounts, written by hand: it does not change along with the schema."""

from tests.contract.answers import ask, call, public, required, shape_of
from tests.contract.api import LOGIN, Existing

USER = {
    "id": int,
    "name": str,
    "email": str,
    "age": int,
    "is_active": bool,
    "is_admin": bool,
    "created_at": str,
}
TOKEN = {"token": str, "token_type": str}

# The operations that every user may call on the rows of any user.
SHARED = {"GET /api/v1/users/{user_id}"}

SID = {"name": "Sid", "email": "sid@example.com", "password": "Str0ng_Pass!"}


def test_every_response_has_the_agreed_fields_and_types(
    existing: Existing, admin_headers: dict[str, str]
) -> None:
    for operation, shape in {
        "GET /api/v1/profile": USER,
        "GET /api/v1/users": [USER],
        "GET /api/v1/users/{user_id}": USER,
    }.items():
        answer = ask(operation.format_map(existing.ids), admin_headers)

        assert answer.status_code == 200, operation
        assert shape_of(answer.json()) == shape, operation


def test_a_login_returns_a_token(existing: Existing) -> None:
    answer = ask(f"POST {LOGIN}", {}, existing.credentials)

    assert shape_of(answer.json()) == TOKEN


def test_every_field_of_a_response_is_required_in_its_schema() -> None:
    assert required("User") == USER.keys()
    assert required("Token") == TOKEN.keys()


def test_only_registering_and_logging_in_are_public() -> None:
    assert public("accounts") == {"POST /api/v1/register", f"POST {LOGIN}"}


def test_every_error_returns_a_detail(
    existing: Existing, auth_headers: dict[str, str], admin_headers: dict[str, str]
) -> None:
    taken = SID | {"email": existing.credentials["email"]}

    for status, answer in [
        (401, ask("GET /api/v1/profile", {})),
        (403, ask("POST /api/v1/users", auth_headers, SID)),
        (404, ask("GET /api/v1/users/0", admin_headers)),
        (409, ask("POST /api/v1/register", {}, taken)),
    ]:
        assert answer.status_code == status
        assert shape_of(answer.json()) == {"detail": str}


def test_invalid_input_returns_a_location_and_a_reason() -> None:
    answer = ask("POST /api/v1/register", {}, {"name": ""})

    assert answer.status_code == 422
    assert shape_of(answer.json()) == {"detail": [{"loc": [str], "msg": str, "type": str}]}


def test_no_response_contains_the_password(admin_headers: dict[str, str]) -> None:
    password = "a password to look for"
    sid = SID | {"password": password}
    credentials = {"email": SID["email"], "password": password}

    for operation, body, status in [
        ("POST /api/v1/register", sid, 201),
        ("POST /api/v1/register", sid, 409),
        ("POST /api/v1/register", {**sid, "password": [password]}, 422),
        ("POST /api/v1/register", {**sid, "password": password * 10}, 422),
        ("POST /api/v1/users", {**sid, "email": "other@example.com"}, 201),
        (f"POST {LOGIN}", credentials, 200),
        (f"POST {LOGIN}", {**credentials, "email": "nobody@example.com"}, 401),
    ]:
        answer = ask(operation, admin_headers, body)

        assert answer.status_code == status, operation
        assert password not in answer.text, operation


def test_a_created_user_can_be_read_changed_and_deleted(admin_headers: dict[str, str]) -> None:
    one = "/api/v1/users/{user_id}"

    created = call("POST /api/v1/users", admin_headers, SID)
    ids = {"user_id": created["id"]}
    read = call(f"GET {one}", admin_headers, **ids)
    changed = call(f"PUT {one}", admin_headers, {"name": "New"}, **ids)
    deleted = call(f"DELETE {one}", admin_headers, **ids)
    gone = call(f"GET {one}", admin_headers, **ids)

    assert read == created
    assert changed == {**created, "name": "New"}
    assert deleted is None
    assert gone == {"detail": "User not found"}
