"""The items of the orders of the factory, without a database."""

from tests.factories.orders import OrderFactory


def test_the_total_of_an_order_is_the_sum_of_its_items() -> None:
    order = OrderFactory.build()

    assert order.total == sum(item.unit_price * item.qty for item in order.items)
    assert order.total > 0
