"""What is asked for in a URL: an id, and the part of a list."""

import re
from typing import Annotated, TypeVar

from django.db.models import BigIntegerField, Model, QuerySet
from django.urls import register_converter
from ninja import Query, Schema
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

MAX_ID = BigIntegerField.MAX_BIGINT

SomeModel = TypeVar("SomeModel", bound=Model)


class IdConverter:
    """An id in a path. One that is too large for the database becomes 0, which no row has."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        digits = value.lstrip("0")
        return int(digits) if 0 < len(digits) < 20 and int(digits) <= MAX_ID else 0

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")


def read_count(value: str) -> int:
    """A number in a query is plain digits; one too large for the database becomes its largest."""
    if not re.fullmatch("[0-9]+", value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return min(int(value), MAX_ID) if len(value) < 20 else MAX_ID


class Page(Schema):
    """The part of a list that was asked for."""

    skip: Annotated[int, Field(ge=0), BeforeValidator(read_count)] = 0
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(read_count)] = 20

    def of(self, rows: QuerySet[SomeModel]) -> QuerySet[SomeModel]:
        return rows.order_by("id")[self.skip : self.skip + self.limit]


Paged = Query[Page]
