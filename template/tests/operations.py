"""The operations of the application, as its OpenAPI document describes them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.application import describe

DOCUMENT = describe()

# Where a value stands in a body: the names of fields, and 0 for the first item of a list.
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
    """The schema of a request or a response, or None where it is no JSON."""
    return message.get("content", {}).get("application/json", {}).get("schema")


@dataclass(frozen=True)
class Operation:
    """A method of a path."""

    method: str
    path: str
    description: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, parameter: str = "1") -> str:
        """The path with a value for each of its parameters."""
        return re.sub(r"{\w+}", parameter, self.path)

    def parameters(self, kind: str) -> dict[str, Any]:
        """The schemas of the parameters in the path or in the query, by their names."""
        parameters = self.description.get("parameters", [])
        return {item["name"]: item["schema"] for item in parameters if item["in"] == kind}

    @property
    def ids(self) -> list[str]:
        """The ids in the path: whole numbers, where another parameter may be text."""
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
        """The schema of what it lists, or None where it does not answer with a list."""
        schema = read_json(self.description["responses"].get("200", {})) or {}
        return resolve(schema).get("items") if self.method == "GET" else None


OPERATIONS = [
    Operation(method.upper(), path, description)
    for path, methods in DOCUMENT["paths"].items()
    for method, description in methods.items()
]
LISTS = [operation for operation in OPERATIONS if operation.items]


def find_values(schema: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Where a body of this schema has values, and of which type each of them is."""
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
    """A body in JSON that has this value, itself JSON, at a place, and nothing else."""
    for part in reversed(place):
        value = f"[{value}]" if part == 0 else "{" + f'"{part}": {value}' + "}"
    return value
