"""What a path may hold, and by which methods it is called."""

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
    """A path that is called by the methods it names, not by HEAD and OPTIONS beside them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.methods = (self.methods or set()) - {"HEAD", "OPTIONS"}


def refuse_slashes() -> None:
    """Tell `//health` from `/health`: Werkzeug would take the one for the other."""
    if request.environ["PATH_INFO"].startswith("//"):
        abort(404)
