"""Those who order, in a run and apart from it."""

from collections import Counter

import pytest

from tests.load.orders import Customer
from tests.load.runs import Run


def test_a_customer_places_orders() -> None:
    weights = Counter(getattr(task, "__name__", "") for task in Customer.tasks)

    assert weights == {"place_order": 20}


@pytest.mark.load
@pytest.mark.timeout(120)
def test_a_run_places_and_reads_orders(runs: tuple[Run, Run]) -> None:
    alone, _ = runs

    assert alone.figures.keys() >= {
        ("GET", "/api/v1/products"),
        ("POST", "/api/v1/orders"),
        ("GET", "/api/v1/orders/{id}"),
    }
