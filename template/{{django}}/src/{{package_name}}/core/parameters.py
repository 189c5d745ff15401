"""What is asked for in a URL: an id, and the part of a list."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.urls import register_converter
from ninja import Query

from ..schemas import Page, read_id

SomeModel = TypeVar("SomeModel", bound=Model)

Paged = Query[Page]


class IdConverter:
    """An id in a path."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        return read_id(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")


def part(rows: QuerySet[SomeModel], page: Page) -> QuerySet[SomeModel]:
    """The page of these rows, ordered by id."""
    return rows.order_by("id")[page.skip : page.skip + page.limit]
