"""Those who register, and the admin, in a run."""

import pytest

from tests.load.runs import Run


@pytest.mark.load
@pytest.mark.timeout(120)
def test_a_run_registers_logs_in_and_lets_the_admin_create_users(runs: tuple[Run, Run]) -> None:
    alone, _ = runs

    assert alone.figures.keys() >= {
        ("POST", "/api/v1/register"),
        ("POST", "/api/v1/login"),
        ("POST", "/api/v1/users"),
    }
