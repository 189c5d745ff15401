"""The provider states of resources."""

from typing import Any

from tests.factories.resources import ResourceFactory
from tests.pact.provider import State, Values


def add_resource(name: str, metadata: dict[str, Any]) -> Values:
    return {"resource_id": ResourceFactory(name=name, metadata=metadata).id}


STATES: dict[str, State] = {"there is a resource": add_resource}
