"""The parts of a response that the snapshots compare."""

import json
from typing import Any, Protocol


class Response(Protocol):
    """What the clients of the tests answer with, whichever framework they belong to."""

    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...


def answer_of(response: Response) -> dict[str, Any]:
    return {"status": response.status_code, "body": json.loads(response.text)}
