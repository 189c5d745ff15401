"""What only this application knows: its description."""

from typing import Any

from tests.client import ApiClient


def describe() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = ApiClient().get("/openapi.json").json()
    return document
