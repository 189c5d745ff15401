"""Ids in paths, and the methods of routes."""

from typing import Any

from flask import abort, request
from werkzeug.routing import BaseConverter, Rule

from .fields import read_id


class IdConverter(BaseConverter):
    """An id, as in `/users/<id:user_id>`."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        return read_id(value)


class ApiRule(Rule):
    """A route with only the methods that it names; Flask adds HEAD and OPTIONS by default."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.methods = (self.methods or set()) - {"HEAD", "OPTIONS"}


def refuse_slashes() -> None:
    """Return 404 for `//health`, which Werkzeug would handle like `/health`."""
    if request.environ["PATH_INFO"].startswith("//"):
        abort(404)
