"""The contract on every operation."""

import pytest

from tests.contract.answers import ask, public, shape_of
from tests.operations import OPERATIONS


def test_health_returns_a_status() -> None:
    answer = ask("GET /health", {})

    assert answer.status_code == 200
    assert shape_of(answer.json()) == {"status": str}


def test_health_is_public() -> None:
    assert public("health") == {"GET /health"}


@pytest.mark.parametrize(("operation", "status"), [("GET /nothing", 404), ("DELETE /health", 405)])
def test_an_unknown_path_or_method_returns_a_detail(operation: str, status: int) -> None:
    answer = ask(operation, {})

    assert answer.status_code == status
    assert shape_of(answer.json()) == {"detail": str}


def test_only_public_operations_answer_without_a_token() -> None:
    for operation in OPERATIONS:
        answer = ask(f"{operation.method} {operation.url()}", {}, {})

        if operation.needs_token:
            assert answer.status_code == 401, operation
            assert answer.headers["WWW-Authenticate"] == "Bearer", operation
        else:
            assert answer.status_code in {200, 404, 422}, operation
