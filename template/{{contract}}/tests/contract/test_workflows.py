"""Operations one after another, each with the ids that an earlier one has answered."""

from collections import Counter
from typing import Any

import hypothesis
import pytest
from schemathesis import Case
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput

from tests.contract.api import EXAMPLES, SETTINGS, Existing, replace, schema

pytestmark = pytest.mark.timeout(30 + EXAMPLES)


def call(operation: str, headers: dict[str, str], body: Any = None, **ids: int) -> Any:
    """The answer of an operation such as `GET /health`, checked against its description."""
    method, path = operation.split()
    options = {"body": body, "media_type": "application/json"} if body else {}
    case = schema[path][method].Case(path_parameters=ids, **options)
    response = case.call_and_validate(headers=headers)
    return response.json() if response.content else None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("user", {"name": "Sid", "email": "sid@example.com", "password": "Str0ng_Pass!"}),
        ("resource", {"name": "Chair", "metadata": {"legs": 4}}),
    ],
)
def test_what_was_created_is_read_changed_and_deleted(
    subject: str, body: dict[str, Any], admin_headers: dict[str, str]
) -> None:
    every = f"/api/v1/{subject}s"
    one = every + "/{" + subject + "_id}"

    created = call(f"POST {every}", admin_headers, body)
    ids = {f"{subject}_id": created["id"]}
    read = call(f"GET {one}", admin_headers, **ids)
    changed = call(f"PUT {one}", admin_headers, {"name": "New"}, **ids)
    deleted = call(f"DELETE {one}", admin_headers, **ids)
    gone = call(f"GET {one}", admin_headers, **ids)

    assert read == created
    assert changed == {**created, "name": "New"}
    assert deleted is None
    assert gone == {"detail": f"{subject.capitalize()} not found"}


def test_what_was_ordered_is_read_listed_and_cancelled(admin_headers: dict[str, str]) -> None:
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


def test_every_answer_leads_on_to_operations_that_keep_to_their_description(
    existing: Existing, admin_headers: dict[str, str]
) -> None:
    admin = call("GET /api/v1/profile", admin_headers)
    followed: Counter[str] = Counter()

    # Schemathesis infers which operation takes the id in which answer, and follows at random.
    @hypothesis.seed(schema.config.seed)
    class Workflow(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            existing.restore()

        def before_call(self, case: Case[Any]) -> None:
            replace(case.body, {"product_id": existing.ids["product_id"]})
            # With the one who calls, all that was created would go.
            if case.method == "DELETE" and case.path_parameters.get("user_id") == admin["id"]:
                case.path_parameters["user_id"] = existing.ids["user_id"]

        def get_call_kwargs(self, _: Case[Any]) -> dict[str, Any]:
            return {"headers": admin_headers}

        def step(self, step: StepInput) -> StepOutput:
            followed[step.case.operation.label] += step.is_applied
            output: StepOutput = super().step(step)
            return output

    Workflow.run(settings=SETTINGS)

    assert followed.total() > 0
