"""The parts of a response that the snapshots compare."""

import json
from typing import Any, Protocol


class Response(Protocol):
    """The response of a test client, whichever framework it belongs to."""

    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...


def answer_of(response: Response) -> dict[str, Any]:
    return {"status": response.status_code, "body": json.loads(response.text)}
