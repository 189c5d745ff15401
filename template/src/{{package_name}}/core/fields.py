"""The types of fields, and how an id or a number is read."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

# The largest integer that a database stores, thus the largest id there can be.
MAX_ID = 2**31 - 1
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


def check_number(value: object) -> object:
    """Only a JSON number is a number: "5" and true are not."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "Input should be a number")
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
Timestamp = Annotated[datetime, AfterValidator(as_utc)]
