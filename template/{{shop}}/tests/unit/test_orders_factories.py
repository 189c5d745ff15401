"""The factory of orders, without a database."""

import pytest

from tests.factories.orders import OrderFactory


@pytest.mark.parametrize(
    ("trait", "status", "payment_status"),
    [
        ("shipped", "shipped", "completed"),
        ("delivered", "delivered", "completed"),
        ("cancelled", "cancelled", "unpaid"),
        ("processing", "pending", "processing"),
        ("paid", "pending", "completed"),
    ],
)
def test_a_trait_sets_the_state_of_an_order(trait: str, status: str, payment_status: str) -> None:
    order = OrderFactory.build(**{trait: True})

    assert (order.status, order.payment_status) == (status, payment_status)
