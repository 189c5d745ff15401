"""What clients rely on, written down by hand, so that it does not change along with the description."""

from typing import Any

import requests

from tests.contract.api import LOGIN, URL, Existing

USER = {
    "id": int,
    "name": str,
    "email": str,
    "age": int,
    "is_active": bool,
    "is_admin": bool,
    "created_at": str,
}
RESOURCE = {
    "id": int,
    "name": str,
    "description": str,
    "metadata": {},
    "owner_id": int,
    "created_at": str,
}
PRODUCT = {"id": int, "name": str, "price": float}
ORDER = {
    "id": int,
    "user_id": int,
    "status": str,
    "payment_status": str,
    "total": float,
    "items": [{"product_id": int, "qty": int, "unit_price": float}],
    "created_at": str,
}
SUMMARY = {
    "count": int,
    "total": float,
    "by_status": {"pending": int, "shipped": int, "delivered": int, "cancelled": int},
}
DASHBOARD = {"users": int, "resources": int, "orders": int, "revenue": float}
TOKEN = {"token": str, "token_type": str}

ANSWERS: dict[str, Any] = {
    "GET /health": {"status": str},
    "GET /api/v1/profile": USER,
    "GET /api/v1/users": [USER],
    "GET /api/v1/users/{user_id}": USER,
    "GET /api/v1/resources": [RESOURCE],
    "GET /api/v1/resources/{resource_id}": RESOURCE,
    "GET /api/v1/resources/{resource_id}/external-data": {"id": int, "external_data": {}},
    "GET /api/v1/products": [PRODUCT],
    "GET /api/v1/orders": [ORDER],
    "GET /api/v1/orders/{order_id}": ORDER,
    "GET /api/v1/orders/summary": SUMMARY,
    "GET /api/v1/admin/dashboard": DASHBOARD,
    "POST /api/v1/orders/{order_id}/pay": ORDER,
}
# Everything else asks for a token.
PUBLIC = {
    "GET /health",
    "POST /api/v1/register",
    "POST /api/v1/login",
    "GET /api/v1/resources",
    "GET /api/v1/resources/{resource_id}",
    "GET /api/v1/products",
}


def ask(operation: str, headers: dict[str, str], body: Any = None) -> requests.Response:
    method, path = operation.split()
    return requests.request(method, f"{URL}{path}", headers=headers, json=body, timeout=5)


def describe() -> Any:
    return ask("GET /openapi.json", {}).json()


def shape_of(value: Any) -> Any:
    """The fields and types of an answer; of a list, those of its first item."""
    if isinstance(value, dict):
        return {name: shape_of(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape_of(item) for item in value[:1]]
    return type(value)


def test_every_answer_has_the_fields_and_types_that_were_agreed_on(
    existing: Existing, admin_headers: dict[str, str]
) -> None:
    for operation, shape in ANSWERS.items():
        answer = ask(operation.format(**existing.ids), admin_headers)

        assert answer.status_code == 200, operation
        assert shape_of(answer.json()) == shape, operation


def test_a_login_answers_a_token(existing: Existing) -> None:
    answer = ask(f"POST {LOGIN}", {}, existing.credentials)

    assert shape_of(answer.json()) == TOKEN


def test_every_error_answers_a_detail(
    existing: Existing, auth_headers: dict[str, str], admin_headers: dict[str, str]
) -> None:
    taken = {"name": "Sid", "email": existing.credentials["email"], "password": "Str0ng_Pass!"}
    answers = [
        (401, ask("GET /api/v1/profile", {})),
        (403, ask("GET /api/v1/admin/dashboard", auth_headers)),
        (404, ask("GET /api/v1/users/0", admin_headers)),
        (404, ask("GET /nothing", {})),
        (405, ask("DELETE /health", {})),
        (409, ask("POST /api/v1/register", {}, taken)),
    ]
    invalid = ask("POST /api/v1/register", {}, {"name": ""})

    for status, answer in answers:
        assert answer.status_code == status
        assert shape_of(answer.json()) == {"detail": str}
    assert invalid.status_code == 422
    assert shape_of(invalid.json()) == {"detail": [{"loc": [str], "msg": str, "type": str}]}


def test_every_field_of_an_answer_is_described_as_required() -> None:
    schemas = describe()["components"]["schemas"]
    agreed: dict[str, dict[str, Any]] = {
        "User": USER,
        "Resource": RESOURCE,
        "Product": PRODUCT,
        "Order": ORDER,
        "OrderSummary": SUMMARY,
        "Dashboard": DASHBOARD,
        "Token": TOKEN,
    }

    for name, shape in agreed.items():
        assert schemas[name]["properties"].keys() == shape.keys(), name
        assert set(schemas[name]["required"]) == shape.keys(), name


def test_nothing_but_what_is_public_answers_without_a_token(existing: Existing) -> None:
    for path, operations in describe()["paths"].items():
        for method in operations:
            operation = f"{method.upper()} {path}"
            answer = ask(operation.format(**existing.ids), {}, {})

            if operation in PUBLIC:
                assert answer.status_code in {200, 422}, operation
            else:
                assert answer.status_code == 401, operation
                assert answer.headers["WWW-Authenticate"] == "Bearer", operation


def test_no_answer_repeats_a_password(admin_headers: dict[str, str]) -> None:
    password = "a password to look for"
    sid = {"name": "Sid", "email": "sid@example.com", "password": password}
    credentials = {"email": "sid@example.com", "password": password}

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
