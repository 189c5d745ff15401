"""The operations of the application, as its OpenAPI document describes them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.application import describe

DOCUMENT = describe()

# The location of a value in a body: the names of fields, and 0 for the first item of a list.
Place = tuple[str | int, ...]


def resolve(schema: Any) -> Any:
    """The schema, or the one that it refers to."""
    if "$ref" not in schema:
        return schema
    return resolve(DOCUMENT["components"]["schemas"][name_of(schema)])


def name_of(schema: Any) -> str:
    """The name of the schema that this one refers to."""
    return str(schema["$ref"]).removeprefix("#/components/schemas/")


def read_json(message: Any) -> Any:
    """The schema of a request or a response, or None if it is not JSON."""
    return message.get("content", {}).get("application/json", {}).get("schema")


@dataclass(frozen=True)
class Operation:
    """A method of a path, and its description in the OpenAPI document."""

    method: str
    path: str
    description: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, parameter: str = "1") -> str:
        """The path with a value for each of its parameters."""
        return re.sub(r"{\w+}", parameter, self.path)

    def parameters(self, kind: str) -> dict[str, Any]:
        """The schemas of the parameters in the `path` or in the `query`, by name."""
        parameters = self.description.get("parameters", [])
        return {item["name"]: item["schema"] for item in parameters if item["in"] == kind}

    @property
    def ids(self) -> list[str]:
        """The names of the ids in the path: its integer parameters."""
        parameters = self.parameters("path").items()
        return [name for name, schema in parameters if schema.get("type") == "integer"]

    @property
    def needs_token(self) -> bool:
        return bool(self.description.get("security"))

    @property
    def body(self) -> Any:
        """The schema of the body, or None."""
        return read_json(self.description.get("requestBody", {}))

    @property
    def items(self) -> Any:
        """The schema of the items of the list that it returns, or None if it returns none."""
        schema = read_json(self.description["responses"].get("200", {})) or {}
        return resolve(schema).get("items") if self.method == "GET" else None


OPERATIONS = [
    Operation(method.upper(), path, description)
    for path, methods in DOCUMENT["paths"].items()
    for method, description in methods.items()
]
LISTS = [operation for operation in OPERATIONS if operation.items]


def find_values(schema: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """The location and the type of each value in a body of this schema."""
    schema = resolve(schema)
    for choice in schema.get("anyOf", []):
        yield from find_values(choice, place)
    for name, field in schema.get("properties", {}).items():
        yield from find_values(field, (*place, name))
    if "items" in schema:
        yield from find_values(schema["items"], (*place, 0))
    elif "properties" not in schema and "type" in schema:
        yield place, schema["type"]


def nest(value: str, place: Place) -> str:
    """A JSON body with only this value, itself JSON, at this location."""
    for part in reversed(place):
        value = f"[{value}]" if part == 0 else "{" + f'"{part}": {value}' + "}"
    return value
