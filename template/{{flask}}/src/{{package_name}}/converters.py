"""What a path may hold."""

from werkzeug.routing import BaseConverter

from .schemas import read_id


class IdConverter(BaseConverter):
    """An id, as in `/users/<id:user_id>`."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        return read_id(value)
