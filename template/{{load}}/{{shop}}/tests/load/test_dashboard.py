"""Those who watch the dashboard, in a run."""

import pytest

from tests.load.runs import Run


@pytest.mark.load
@pytest.mark.timeout(120)
def test_a_run_watches_the_dashboard(runs: tuple[Run, Run]) -> None:
    alone, _ = runs

    assert ("GET", "/api/v1/admin/dashboard") in alone.figures
