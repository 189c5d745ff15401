"""The contract on the dashboard, written by hand: it does not change along with the schema."""

from tests.contract.answers import ask, public, required, shape_of

DASHBOARD = {"users": int, "resources": int, "orders": int, "revenue": float}


def test_the_dashboard_has_the_agreed_fields_and_types(
    admin_headers: dict[str, str],
) -> None:
    answer = ask("GET /api/v1/admin/dashboard", admin_headers)

    assert answer.status_code == 200
    assert shape_of(answer.json()) == DASHBOARD


def test_every_field_of_the_dashboard_is_required_in_its_schema() -> None:
    assert required("Dashboard") == DASHBOARD.keys()


def test_the_dashboard_is_not_public() -> None:
    assert public("dashboard") == set()
