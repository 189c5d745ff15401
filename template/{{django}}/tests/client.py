"""The client that calls the API."""

import json as json_
from typing import Any

from django.test import Client

from tests.neighbours import Neighbours


class ApiClient(Client):
    """Django's client, with `json=...` for a body, and neighbours for each request."""

    def __init__(self, neighbours: Neighbours) -> None:
        super().__init__()
        self._neighbours = neighbours

    def request(self, **environ: Any) -> Any:
        request = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        self._neighbours.move_in(*request)
        response = super().request(**environ)
        self._neighbours.move_out(*request)
        return response

    def generic(
        self, method: str, path: Any, data: Any = "", *args: Any, json: Any = None, **extra: Any
    ) -> Any:
        if json is None:
            return super().generic(method, path, data, *args, **extra)
        return super().generic(method, path, json_.dumps(json), "application/json", **extra)
