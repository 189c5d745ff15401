"""What linters and client generators require of the OpenAPI document."""

import json
import re
from collections import Counter

import pytest

from tests.operations import DOCUMENT, OPERATIONS, Operation

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


@each_operation
def test_an_operation_has_one_tag_and_an_id(operation: Operation) -> None:
    tags = operation.description.get("tags", [])

    assert len(tags) == 1
    assert tags[0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert operation.description["operationId"].isidentifier()


@each_operation
def test_an_operation_says_whether_it_needs_a_token(operation: Operation) -> None:
    schemes = {name for choice in operation.description["security"] for name in choice}

    assert schemes <= DOCUMENT["components"]["securitySchemes"].keys()
    assert "401" in operation.description["responses"] or not schemes


def test_the_ids_of_operations_are_unique() -> None:
    ids = Counter(operation.description["operationId"] for operation in OPERATIONS)

    assert set(ids.values()) == {1}, ids


def test_every_schema_is_used_and_has_its_name_as_title() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    used = re.findall('"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT))

    assert schemas.keys() == set(used)
    assert {name: schema["title"] for name, schema in schemas.items()} == {
        name: name for name in schemas
    }


def test_the_document_has_a_description_and_servers() -> None:
    assert DOCUMENT["info"]["description"]
    assert DOCUMENT["servers"]
