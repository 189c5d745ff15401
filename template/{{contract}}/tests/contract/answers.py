"""Calls the application, and reads what a contract compares: shapes and schemas of responses."""

from typing import Any

import hypothesis
import requests
from schemathesis import Case, GenerationMode

from tests.contract.api import URL, Existing, aim, schema
from tests.operations import DOCUMENT, OPERATIONS, Operation

FIRST = hypothesis.settings(database=None, phases=[hypothesis.Phase.generate], derandomize=True)


def ask(operation: str, headers: dict[str, str], body: Any = None) -> requests.Response:
    """Call an operation such as `GET /health`, and return the response."""
    method, path = operation.split()
    return requests.request(method, f"{URL}{path}", headers=headers, json=body, timeout=5)


def call(operation: str, headers: dict[str, str], body: Any = None, **ids: int) -> Any:
    """Call an operation such as `GET /health`, check the response, and return its JSON."""
    method, path = operation.split()
    options = {"body": body, "media_type": "application/json"} if body else {}
    case = schema[path][method].Case(path_parameters=ids, **options)
    response = case.call_and_validate(headers=headers)
    return response.json() if response.content else None


def prepare(operation: Operation, existing: Existing) -> Case[Any]:
    """The simplest valid call of an operation on existing rows; it is the same in every run."""
    described = schema[operation.path][operation.method]
    valid = described.as_strategy(generation_mode=GenerationMode.POSITIVE)
    case = hypothesis.find(valid, lambda _: True, settings=FIRST)
    aim(case, existing)
    return case


def shape_of(value: Any) -> Any:
    """The fields and types of a response; of a list, those of its first item."""
    if isinstance(value, dict):
        return {name: shape_of(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape_of(item) for item in value[:1]]
    return type(value)


def required(name: str) -> set[str]:
    """The required fields of a schema, which may have no others."""
    described = DOCUMENT["components"]["schemas"][name]
    assert described["properties"].keys() == set(described["required"])
    return set(described["required"])


def public(tag: str) -> set[str]:
    """The operations of a tag that need no token, according to the OpenAPI document."""
    return {
        str(operation)
        for operation in OPERATIONS
        if tag in operation.description["tags"] and not operation.needs_token
    }
