"""Answers, as JSON."""

import json
from typing import Any

from ninja.renderers import JSONRenderer
from pydantic_core import to_jsonable_python


class Encoder(json.JSONEncoder):
    """Writes times as Pydantic does, to the microsecond."""

    def default(self, o: Any) -> Any:
        return to_jsonable_python(o)


class Renderer(JSONRenderer):
    encoder_class = Encoder
