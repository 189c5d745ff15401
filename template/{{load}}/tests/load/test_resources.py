"""Those who mostly browse resources, in a run and apart from it."""

from collections import Counter

import pytest

from tests.load.resources import ResourceUser
from tests.load.runs import Run


def test_resources_are_mostly_browsed() -> None:
    weights = Counter(getattr(task, "__name__", "") for task in ResourceUser.tasks)

    assert weights == {"list_resources": 30, "create_resource": 10}


@pytest.mark.load
@pytest.mark.timeout(120)
def test_a_run_lists_and_creates_resources(runs: tuple[Run, Run]) -> None:
    alone, _ = runs

    assert alone.figures.keys() >= {
        ("GET", "/api/v1/resources"),
        ("POST", "/api/v1/resources"),
    }
