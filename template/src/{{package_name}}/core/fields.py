"""Types of fields, and converters for ids and numbers in URLs."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

# The largest integer that the databases store, and so the largest id.
MAX_ID = 2**31 - 1
# What \s matches differs between languages; with these characters, all match the same.
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


def check_number(value: object) -> object:
    """Refuse what is not a JSON number, such as "5" and true."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "Input should be a number")
    return value


def read_id(digits: str) -> int:
    """Convert an id in a path. One too large for the database becomes 0, which no row has."""
    digits = digits.lstrip("0")
    return int(digits) if 0 < len(digits) < 11 and int(digits) <= MAX_ID else 0


def read_count(value: object) -> object:
    """Convert the digits of a number in a query; one above MAX_ID becomes MAX_ID."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch("[0-9]+", value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return min(int(value), MAX_ID) if len(value) < 11 else MAX_ID


def as_utc(value: datetime) -> datetime:
    """Return a time in UTC; some databases return it without an offset."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Text = Annotated[str, AfterValidator(check_text)]
Name = Annotated[
    Text,
    AfterValidator(check_name),
    Field(json_schema_extra={"minLength": 1, "maxLength": 255, "pattern": NOT_BLANK}),
]
Timestamp = Annotated[datetime, AfterValidator(as_utc)]
