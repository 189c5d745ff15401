"""Workflows: operations one after another, each with ids from an earlier response."""

from collections import Counter
from typing import Any

import hypothesis
import pytest
from schemathesis import Case
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput

from tests.contract.answers import call
from tests.contract.api import EXAMPLES, SETTINGS, Existing, replace, schema

pytestmark = pytest.mark.timeout(30 + EXAMPLES)


def test_operations_on_ids_of_earlier_responses_answer_as_described(
    existing: Existing, admin_headers: dict[str, str]
) -> None:
    admin = call("GET /api/v1/profile", admin_headers)
    followed: Counter[str] = Counter()

    # Schemathesis infers which operation takes the id in which response, and follows at random.
    @hypothesis.seed(schema.config.seed)
    class Workflow(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            existing.restore()

        def before_call(self, case: Case[Any]) -> None:
            replace(case.body, existing.ids)
            # Deleting the caller would cascade to everything that the workflow has created.
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
