"""Products and orders, as the API accepts and returns them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from ..core.fields import Name, Timestamp, check_number
from ..core.schemas import Input, Output

MAX_MONEY = Decimal("99999999.99")

Integer = Annotated[int, BeforeValidator(check_number)]
Quantity = Annotated[int, Field(ge=1, le=1000), BeforeValidator(check_number)]
Price = Annotated[
    Decimal,
    Field(gt=0, le=MAX_MONEY, decimal_places=2),
    BeforeValidator(check_number),
    WithJsonSchema(
        {"type": "number", "exclusiveMinimum": 0, "maximum": float(MAX_MONEY), "multipleOf": 0.01}
    ),
]
Money = Annotated[Decimal, PlainSerializer(float, return_type=float)]
OrderStatus = Literal["pending", "shipped", "delivered", "cancelled"]
PaymentStatus = Literal["unpaid", "processing", "completed"]


class ProductCreate(Input):
    name: Name
    price: Price


class Product(Output):
    id: int
    name: str
    price: Money


class OrderItemCreate(Input):
    product_id: Integer
    qty: Quantity


class OrderCreate(Input):
    items: Annotated[list[OrderItemCreate], Field(min_length=1, max_length=100)]


class OrderItem(Output):
    product_id: int
    qty: int
    unit_price: Money


class Order(Output):
    id: int
    user_id: int
    status: OrderStatus
    payment_status: PaymentStatus
    total: Money
    items: list[OrderItem]
    created_at: Timestamp


class StatusCounts(Output):
    pending: int = 0
    shipped: int = 0
    delivered: int = 0
    cancelled: int = 0


class OrderSummary(Output):
    count: int
    total: Money
    by_status: StatusCounts
