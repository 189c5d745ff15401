"""What the API accepts and answers: one Pydantic model for each body."""

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

MAX_MONEY = Decimal("99999999.99")
# The largest integer that a database stores, thus the largest id there can be.
MAX_ID = 2**31 - 1
MAX_JSON_DEPTH = 64
# What \s matches differs between languages; with these beside it, all read the pattern alike.
NOT_BLANK = r"[^\s\x1c-\x1f\x85\ufeff]"


def check_text(value: str) -> str:
    """Refuse what a database cannot store: NUL characters and lone surrogates."""
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise PydanticCustomError("text", "Text cannot hold NUL or surrogate characters")
    return value


def check_name(value: str) -> str:
    if not re.search(NOT_BLANK, value):
        raise PydanticCustomError("name_empty", "Name cannot be empty")
    if len(value) > 255:
        raise PydanticCustomError("name_too_long", "Name too long")
    return value


def normalize_email(value: str) -> str:
    """The address as it is stored and compared: valid, and in lower case."""
    try:
        # `test_environment` is for addresses in .test, which are well-formed.
        parts = validate_email(value, check_deliverability=False, test_environment=True)
        address = parts.normalized.lower()
    except EmailNotValidError:
        address = ""
    if not 0 < len(address) <= 254:
        raise PydanticCustomError("email", "Not a valid email address")
    return address


def check_number(value: object) -> object:
    """Only a JSON number is a number: "5" and true are not."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "Input should be a number")
    return value


def check_json(value: object, depth: int = 0) -> None:
    """Refuse JSON that cannot be stored and answered again.

    Raises:
        PydanticCustomError: text that is not storable, NaN or infinity, or nesting too deep.
    """
    if depth > MAX_JSON_DEPTH:
        raise PydanticCustomError("json_depth", "Nesting is too deep")
    match value:
        case str():
            check_text(value)
        case float() if not math.isfinite(value):
            raise PydanticCustomError("json_number", "Numbers must be finite")
        case list():
            for item in value:
                check_json(item, depth + 1)
        case dict():
            for key, item in value.items():
                check_text(key)
                check_json(item, depth + 1)


def check_metadata(value: object) -> object:
    if not isinstance(value, dict):
        raise PydanticCustomError("metadata_type", "Metadata must be object")
    check_json(value)
    return value


def read_id(digits: str) -> int:
    """An id in a path. One that is too large for the database becomes 0, which no row has."""
    digits = digits.lstrip("0")
    return int(digits) if 0 < len(digits) < 11 and int(digits) <= MAX_ID else 0


def read_count(value: object) -> object:
    """A number in a query is plain digits; one too large for the database becomes its largest."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch("[0-9]+", value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return min(int(value), MAX_ID) if len(value) < 11 else MAX_ID


def as_utc(value: datetime) -> datetime:
    """Some databases keep no offset; what is stored is UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Text = Annotated[str, AfterValidator(check_text)]
Name = Annotated[
    Text,
    AfterValidator(check_name),
    Field(json_schema_extra={"minLength": 1, "maxLength": 255, "pattern": NOT_BLANK}),
]
Email = Annotated[
    Text,
    AfterValidator(normalize_email),
    Field(json_schema_extra={"format": "email", "maxLength": 254}),
]
Password = Annotated[str, Field(min_length=8, max_length=128), AfterValidator(check_text)]
Integer = Annotated[int, BeforeValidator(check_number)]
Age = Annotated[int, Field(ge=0, le=150), BeforeValidator(check_number)]
Quantity = Annotated[int, Field(ge=1, le=1000), BeforeValidator(check_number)]
Price = Annotated[
    Decimal,
    Field(gt=0, le=MAX_MONEY, decimal_places=2),
    BeforeValidator(check_number),
    WithJsonSchema(
        {"type": "number", "exclusiveMinimum": 0, "maximum": float(MAX_MONEY), "multipleOf": 0.01}
    ),
]
Metadata = Annotated[dict[str, Any], BeforeValidator(check_metadata)]
Money = Annotated[Decimal, PlainSerializer(float, return_type=float)]
Timestamp = Annotated[datetime, AfterValidator(as_utc)]

OrderStatus = Literal["pending", "shipped", "delivered", "cancelled"]
PaymentStatus = Literal["unpaid", "completed"]


class Input(BaseModel):
    """A body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """An answer, read from the attributes of a model; no field is ever left out."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_serialization_defaults_required=True
    )


class Page(BaseModel):
    """The part of a list that is asked for, in a query."""

    skip: Annotated[int, Field(ge=0), BeforeValidator(read_count)] = 0
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(read_count)] = 20


class Register(Input):
    name: Name
    email: Email
    password: Password
    age: Age | None = None


class UserCreate(Register):
    is_admin: Annotated[bool, Field(strict=True)] = False


class UserUpdate(Input):
    # A default that is no valid value: a field may be left out, yet not be null.
    name: Name = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    age: Age | None = None


class Login(Input):
    email: Email
    password: Text


class Token(Output):
    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105


class User(Output):
    id: int
    name: str
    email: str
    age: int | None
    is_active: bool
    is_admin: bool
    created_at: Timestamp


class ResourceCreate(Input):
    name: Name
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)


ResourceBulk = Annotated[list[ResourceCreate], Field(min_length=1, max_length=1000)]


class ResourceUpdate(Input):
    name: Name = Field(default_factory=str)
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)


class Resource(Output):
    id: int
    name: str
    description: str | None
    # SQLAlchemy keeps the name `metadata` for itself.
    metadata: dict[str, Any] = Field(validation_alias=AliasChoices("metadata_", "metadata"))
    owner_id: int
    created_at: Timestamp


class ExternalData(Output):
    id: int
    external_data: dict[str, Any]


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


class Dashboard(Output):
    users: int
    resources: int
    orders: int
    revenue: Money


class Health(Output):
    status: Literal["ok"] = "ok"


class Message(Output):
    """The body of every error but those of validation."""

    detail: str


class ErrorItem(Output):
    """One thing that is wrong with the input; the input itself is never repeated."""

    loc: list[str | int]
    msg: str
    type: str


class Invalid(Output):
    detail: str | list[ErrorItem]
