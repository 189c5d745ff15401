"""Lets APIFlask use Pydantic's models: to read input, write responses and describe both."""

import json
import re
from collections.abc import Iterator
from typing import Any

from apiflask import APIFlask, HTTPError
from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from .document import DESCRIPTION, complete
from .exceptions import DESCRIPTIONS, UNREADABLE, to_items
from .schemas import Invalid, Message, Output

REFERENCE = "#/components/schemas/{model}"


def errors(*statuses: int) -> dict[int | str, Any]:
    """Return the errors of an endpoint, for the OpenAPI document."""
    return {
        status: {
            "description": DESCRIPTIONS[status],
            "content": {
                "application/json": {
                    "schema": {
                        "$ref": REFERENCE.format(model="Invalid" if status == 422 else "Message")
                    }
                }
            },
        }
        for status in statuses
    }


def list_of(schema: type[BaseModel]) -> Any:
    """Return `list[schema]`, which APIFlask accepts as an output, although its types do not."""
    return list[schema]  # type: ignore[valid-type]


def refuse(*items: dict[str, Any]) -> HTTPError:
    return HTTPError(422, detail=[*items])


def read_body(request: Request) -> Any:
    """Return the JSON of a body, or its bytes if its content type is not JSON.

    Raises:
        HTTPError: there is no body, or it cannot be read.
    """
    content = request.get_data()
    if not content:
        raise refuse({"loc": ["body"], "msg": "Field required", "type": "missing"})
    if not request.is_json:
        return content
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        place = ["body", error.pos]
        raise refuse({"loc": place, "msg": "JSON decode error", "type": "json_invalid"}) from None
    except (ValueError, RecursionError) as error:
        raise refuse(UNREADABLE) from error


class Adapter(PydanticAdapter):
    """Returns validation errors as a list; uses the last value of a repeated query parameter."""

    def validate_input(self, request: Request, location: str, **_: Any) -> BaseModel:
        if location == "query":
            data = {name: values[-1] for name, values in request.args.lists()}
        else:
            location, data = "body", read_body(request)
        try:
            return self.model_class.model_validate(data, from_attributes=True)
        except ValidationError as error:
            items = to_items(error.errors())
            for item in items:
                item["loc"] = [location, *item["loc"]]
            raise refuse(*items) from None

    def get_openapi_schema(self, **_: Any) -> dict[str, Any]:
        if issubclass(self.model_class, Output):
            return self.model_class.model_json_schema(mode="serialization", ref_template=REFERENCE)
        return self.model_class.model_json_schema(ref_template=REFERENCE)


registry.register("pydantic", Adapter)


def find_operations(app: APIFlask, paths: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield path, method and operation, with its id, in the order of the code."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in {name.lower() for name in rule.methods or ()} & paths.get(path, {}).keys():
            operation = {"operationId": rule.endpoint.rpartition(".")[2], **paths[path][method]}
            yield path, method, operation


def describe(app: APIFlask) -> None:
    """Add to the OpenAPI document what APIFlask cannot know."""
    app.description = DESCRIPTION
    app.config.update(
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
    )
    _, errors = models_json_schema(
        [(Message, "serialization"), (Invalid, "serialization")], ref_template=REFERENCE
    )

    @app.spec_processor
    def process(document: Any) -> Any:
        schemas = document["components"]["schemas"] | errors["$defs"]
        # A schema that another one refers to is called "Other.Schema".
        schemas = {name.rpartition(".")[2]: schema for name, schema in schemas.items()}
        for schema in schemas.values():
            for field in schema.get("properties", {}).values():
                if "default" in field and field["default"] is None:
                    del field["default"]  # as in the other frameworks
        document["components"]["schemas"] = schemas
        paths: dict[str, Any] = {}
        for path, method, operation in find_operations(app, document["paths"]):
            paths.setdefault(path, {})[method] = operation
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["schema"] = {"type": "integer"}
            for scheme in operation.get("security", []):
                scheme.update({name: [] for name in scheme})  # roles are not scopes
        document["paths"] = paths
        return complete(document)
