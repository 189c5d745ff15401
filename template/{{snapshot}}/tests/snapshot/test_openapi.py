"""The OpenAPI document, one file per tag: a review shows which subject's API has changed."""

import json
import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import paths

from tests.operations import DOCUMENT, OPERATIONS

SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
REFERENCE = r'"#/components/schemas/([^"]+)"'
TAGS = sorted({tag for operation in OPERATIONS for tag in operation.description.get("tags", [])})


def operations(tag: str | None) -> dict[str, Any]:
    """The paths, with the operations that have this tag; for None, those without a tag."""
    found: dict[str, Any] = {}
    for operation in OPERATIONS:
        if tag in operation.description.get("tags", [None]):
            found.setdefault(operation.path, {})[operation.method.lower()] = operation.description
    return found


def schemas(value: Any) -> dict[str, Any]:
    """The schemas that a value refers to, directly or through other schemas."""
    found: dict[str, Any] = {}
    while new := set(re.findall(REFERENCE, json.dumps([value, found]))) - found.keys():
        found |= {name: SCHEMAS[name] for name in new}
    return found


def read_number(digits: str) -> float:
    number = float(digits)
    return int(number) if number.is_integer() else number


def settle(value: Any) -> Any:
    """The value with 1 for 1.0, which some frameworks write."""
    return json.loads(json.dumps(value), parse_float=read_number)


@pytest.mark.parametrize("tag", TAGS)
def test_openapi(tag: str, snapshot: SnapshotAssertion) -> None:
    described = operations(tag)
    about = [item for item in DOCUMENT.get("tags", []) if item["name"] == tag]

    shown = {"tags": about, "paths": described, "schemas": schemas(described)}
    assert settle(shown) == snapshot


def test_openapi_apart_from_its_tags(snapshot: SnapshotAssertion) -> None:
    reached = schemas([operations(tag) for tag in TAGS])
    rest = {
        **DOCUMENT,
        "tags": [item for item in DOCUMENT.get("tags", []) if item["name"] not in TAGS],
        "paths": operations(None),
        "components": {
            **DOCUMENT["components"],
            "schemas": {name: SCHEMAS[name] for name in SCHEMAS.keys() - reached},
        },
    }

    assert settle(rest) == snapshot(exclude=paths("info.title", "info.description"))
