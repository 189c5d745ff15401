"""The contract on products and orders, written by hand: it does not change with the schema."""

from tests.contract.answers import ask, call, public, required, shape_of
from tests.contract.api import Existing

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


def test_every_response_has_the_agreed_fields_and_types(
    existing: Existing, admin_headers: dict[str, str]
) -> None:
    for operation, shape in {
        "GET /api/v1/products": [PRODUCT],
        "GET /api/v1/orders": [ORDER],
        "GET /api/v1/orders/{order_id}": ORDER,
        "GET /api/v1/orders/summary": SUMMARY,
        "POST /api/v1/orders/{order_id}/pay": ORDER,
    }.items():
        answer = ask(operation.format_map(existing.ids), admin_headers)

        assert answer.status_code == 200, operation
        assert shape_of(answer.json()) == shape, operation


def test_every_field_of_a_response_is_required_in_its_schema() -> None:
    assert required("Product") == PRODUCT.keys()
    assert required("Order") == ORDER.keys()
    assert required("OrderSummary") == SUMMARY.keys()


def test_only_the_list_of_products_is_public() -> None:
    assert public("orders") == {"GET /api/v1/products"}


def test_a_created_order_can_be_read_listed_and_cancelled(admin_headers: dict[str, str]) -> None:
    product = call("POST /api/v1/products", admin_headers, {"name": "Chair", "price": 19.99})
    items = [{"product_id": product["id"], "qty": 3}]
    ordered = call("POST /api/v1/orders", admin_headers, {"items": items})
    ids = {"order_id": ordered["id"]}
    read = call("GET /api/v1/orders/{order_id}", admin_headers, **ids)
    listed = call("GET /api/v1/orders", admin_headers)
    cancelled = call("POST /api/v1/orders/{order_id}/cancel", admin_headers, **ids)
    paid = call("POST /api/v1/orders/{order_id}/pay", admin_headers, **ids)

    assert ordered["total"] == 59.97
    assert listed == [read] == [ordered]
    assert cancelled == {**ordered, "status": "cancelled"}
    assert paid == {"detail": "Order is cancelled"}
