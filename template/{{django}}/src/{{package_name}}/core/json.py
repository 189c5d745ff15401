"""Parses and renders JSON bodies."""

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from pydantic_core import to_jsonable_python


class JsonParser(Parser):
    """Parses a body with a JSON content type; others stay bytes, which no schema accepts."""

    def parse_body(self, request: HttpRequest) -> Any:
        is_json = re.fullmatch(r"application/(.+\+)?json", request.content_type or "")
        return json.loads(request.body) if is_json else request.body


class JsonEncoder(json.JSONEncoder):
    """Writes times as Pydantic does, to the microsecond."""

    def default(self, o: Any) -> Any:
        return to_jsonable_python(o)


class JsonRenderer(JSONRenderer):
    encoder_class = JsonEncoder
