"""The API's schema, and how Schemathesis calls the application in this process."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from requests.adapters import HTTPAdapter
from schemathesis import Case, CheckContext, HookContext
from urllib3 import HTTPResponse

from tests.application import describe
from tests.environment import forget

URL = "http://test"
LOGIN = "/api/v1/login"
SECRET = re.compile(r"\$argon2|hashed_password|payment_key|Traceback")

# The random cases for each operation, in addition to those derived from its schema.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES") or "3")
SETTINGS = hypothesis.settings(
    database=None,
    deadline=None,
    max_examples=EXAMPLES,
    stateful_step_count=10,
    suppress_health_check=list(hypothesis.HealthCheck),
)
CONFIG = {
    "base-url": URL,
    "generation": {
        # NUL is refused, which the schema of metadata, a free-form object, cannot express.
        "allow-x00": False,
        # The tests sign in themselves.
        "with-security-parameters": False,
    },
}

forget(r"SCHEMATHESIS_\w+")
schema = schemathesis.openapi.from_dict(describe(), config=schemathesis.Config.from_dict(CONFIG))


@schema.hook
def filter_case(_: HookContext, case: Case[Any]) -> bool:
    """Skip cases whose body contains one of these words.

    Hypothesis reuses string constants from the app's source, and `no_secret` would take an echo
    for a leak.
    """
    return not SECRET.search(repr(case.body))


@schemathesis.check
def no_secret(_: CheckContext, response: schemathesis.Response, case: Case[Any]) -> None:
    """Check that no response contains a secret, and only that of a login a token."""
    text = response.content.decode()
    assert not SECRET.search(text)
    assert case.path == LOGIN or not re.search(r"eyJ[\w-]+\.eyJ", text)
    for name in ("SECRET_KEY", "EXTERNAL_API_KEY"):
        assert os.environ[name] not in text


# The status, headers and body.
Answer = tuple[int, Mapping[str, str], bytes]


def hand_over(
    patch: pytest.MonkeyPatch, call: Callable[[requests.PreparedRequest], Answer]
) -> None:
    """Patch the HTTP client of Schemathesis, so that `call` answers requests to URL."""
    send_on = HTTPAdapter.send

    def send(
        adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        if not str(request.url).startswith(f"{URL}/"):
            return send_on(adapter, request, **options)
        status, headers, body = call(request)
        answer = HTTPResponse(BytesIO(body), headers, status, preload_content=False)
        return adapter.build_response(request, answer)

    patch.setattr(HTTPAdapter, "send", send)


class Ids(dict[str, int]):
    """The ids of existing rows, by the names of parameters and fields."""

    def __missing__(self, name: str) -> int:
        model = name.removesuffix("_id").title().replace("_", "")
        raise LookupError(
            f"No row exists for {name}: add a {model}Factory to tests/factories, "
            "or a row of your own to make_rows in tests/contract/existing.py"
        )


@dataclass(frozen=True)
class Existing:
    """The rows and the user that exist before each case, so that valid calls can succeed."""

    ids: Ids
    credentials: Mapping[str, str]
    restore: Callable[[], object]
    """Undoes the changes of earlier calls; to be called before each case."""


def aim(case: Case[Any], existing: Existing) -> None:
    """Replace generated ids by those of existing rows, so that valid cases can succeed.

    Invalid values stay as they are.
    """
    replace(case.path_parameters, existing.ids)
    if case.meta and case.meta.generation.mode.is_positive:
        replace(case.body, existing.credentials if case.path == LOGIN else existing.ids)


def replace(value: Any, known: Mapping[str, Any]) -> None:
    """Replace each value whose name is known by the known value of the same type, at any depth."""
    if isinstance(value, list):
        for item in value:
            replace(item, known)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in known and type(item) is type(known[name]):
                value[name] = known[name]
            else:
                replace(item, known)
