"""Short runs against the real server."""

import pytest

from tests.load.runs import Run

pytestmark = [pytest.mark.load, pytest.mark.timeout(120)]


def test_a_run_meets_its_thresholds_and_writes_its_reports(runs: tuple[Run, Run]) -> None:
    run, _ = runs

    assert run.exit_codes == [0], run.said
    assert "<html" in (run.reports / "report.html").read_text()
    assert {row["Failure Count"] for row in run.figures.values()} == {"0"}


def test_a_master_and_two_workers_make_one_run(runs: tuple[Run, Run]) -> None:
    _, run = runs

    assert run.exit_codes == [0, 0, 0], run.said
    assert "<html" in (run.reports / "report.html").read_text()
    assert run.figures["POST", "/api/v1/login"]["Failure Count"] == "0"
