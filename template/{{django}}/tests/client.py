"""The client that calls the API."""

import json as json_
from typing import Any

from django.test import Client


class ApiClient(Client):
    """Django's client, that takes a body as `json=...`."""

    def generic(
        self, method: str, path: Any, data: Any = "", *args: Any, json: Any = None, **extra: Any
    ) -> Any:
        if json is None:
            return super().generic(method, path, data, *args, **extra)
        return super().generic(method, path, json_.dumps(json), "application/json", **extra)
