"""Every operation, called with valid and with invalid input: each response is as described.

Schemathesis generates the cases and checks the responses: no server error; a status, headers and a
body as described; valid input accepted, invalid input refused; no access without a required token.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.pytest.plugin import SchemaHandleMark
from schemathesis.specs.openapi.checks import ignored_auth

from tests.contract.api import EXAMPLES, SETTINGS, URL, Existing, aim, schema

pytestmark = pytest.mark.timeout(30 + EXAMPLES)


@pytest.fixture
def callers(
    request: pytest.FixtureRequest, auth_headers: dict[str, str], admin_headers: dict[str, str]
) -> list[dict[str, str]]:
    """The headers of each caller."""
    headers = {"admin": admin_headers, "user": auth_headers, "stranger": {}}
    return [headers[name] for name in request.param.split(", ")]


@pytest.fixture
def succeeded(request: pytest.FixtureRequest) -> Iterator[set[bool]]:
    """Whether calls succeeded; fails if none did, as refusals alone hardly test an operation."""
    outcomes: set[bool] = set()
    yield outcomes
    assert True in outcomes, (
        f"{request.node.name} never succeeded: which row does it need? "
        "Create it in tests/contract/existing.py"
    )


@schema.parametrize()
@pytest.mark.parametrize("callers", ["admin, user, stranger"], indirect=True)
@SETTINGS
def test_an_operation_answers_as_described(
    case: Case[Any],
    callers: list[dict[str, str]],
    existing: Existing,
    succeeded: set[bool],
) -> None:
    aim(case, existing)
    # Every caller sends the random cases; only the first sends those derived from the description.
    random = case.meta is not None and case.meta.phase.name == "fuzzing"
    for headers in callers if random else callers[:1]:
        if case.method != "GET":
            existing.restore()
        # One success is enough to show that the same call fails without a token.
        shown = [ignored_auth] if True in succeeded else []
        response = case.call_and_validate(headers=headers, excluded_checks=shown)
        succeeded.add(response.status_code < 300)


def test_every_operation_of_the_served_document_is_exercised() -> None:
    paths = requests.get(f"{URL}/openapi.json", timeout=5).json()["paths"]
    described = {f"{method.upper()} {path}" for path in paths for method in paths[path]}

    chosen = SchemaHandleMark.get(test_an_operation_answers_as_described)

    assert chosen is not None
    operations = chosen.get_all_operations()
    assert {found.ok().label for found in operations if isinstance(found, Ok)} == described
