"""The figures, as the API returns them."""

from ..core.schemas import Output
from ..orders.schemas import Money


class Dashboard(Output):
    users: int
    resources: int
    orders: int
    revenue: Money
