"""Parameters in URLs: ids, and the page of a list."""

from django.urls import register_converter
from ninja import Query

from .fields import read_id
from .schemas import Page

Paged = Query[Page]


class IdConverter:
    """An id in a path."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        return read_id(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")


def part(page: Page) -> slice:
    """Return the slice of the whole list that a page shows."""
    return slice(page.skip, page.skip + page.limit)
