"""Sends the requests of tests/requests.yaml to a server, and compares the responses with the expected ones."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import product
from pathlib import Path
from textwrap import shorten
from typing import Any

import yaml
from serving import SECRET, ExternalService

LIST = Path(__file__).with_name("requests.yaml")
LEFT_OUT = "(left out)"
# The response headers that are compared.
HEADERS = ("Allow", "Content-Type", "Location", "WWW-Authenticate")
METHODS = {"delete", "get", "head", "options", "patch", "post", "put", "trace"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
# The kind of row that a field refers to; `id` refers to the subject of the path.
KINDS = {"owner_id": "users", "user_id": "users", "product_id": "products", "order_id": "orders"}
PATHS = {"register": "users", "profile": "users"}
# Free-form fields of the client or the external service, in which nothing is replaced.
FREE = {"metadata", "external_data"}

# The paths of the shop, whose requests are left out for projects without it.
SHOP = re.compile(r"/api/v1/(products|orders|admin)\b")

# Characters of a value that a report shows.
SHOWN = 300

Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request and the expected response. The top of requests.yaml explains each field."""

    name: str
    call: str
    expect: int
    signed: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = LEFT_OUT
    times: int = 0
    raw: str | None = None
    external: list[Any] = field(default_factory=list)
    keep: str = ""
    token: str = ""
    detail: str = ""
    says: str = ""
    body: Any = None
    has: Any = None
    allow: str = ""
    calls: int = 0
    only_status: bool = False

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.call.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path, without the query string."""
        return self.call.partition(" ")[2].partition("?")[0]


@cache
def document() -> dict[str, Any]:
    """Return the parsed requests.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return loaded


@cache
def requests(example: object = "shop") -> list[Request]:
    """Return the requests for a project with this example, in order, with all variants expanded."""
    groups = ((group, entry) for group, entries in document()["requests"].items() for entry in entries)
    found = [request for group, entry in groups for request in _requests(group, entry)]
    return [request for request in found if example == "shop" or not SHOP.match(request.path)]


def _requests(group: str, entry: Mapping[str, Any]) -> Iterator[Request]:
    for variant, changes in entry.get("each", {"": {}}).items():
        fields = {name: value for name, value in entry.items() if name != "each"} | changes
        if isinstance(entry.get("json"), dict) and isinstance(changes.get("json"), dict):
            merged = entry["json"] | changes["json"]
            fields["json"] = {name: value for name, value in merged.items() if value != LEFT_OUT}
        calls, signed = _listed(fields.pop("call")), _listed(fields.pop("as", ""))
        for call, who in product(calls, signed):
            words = [f"{group}: {fields['name']}", variant]
            words += [call] if len(calls) > 1 else []
            words += [f"as {who}"] if len(signed) > 1 else []
            yield Request(**fields | {"name": ", ".join(filter(None, words)), "call": call, "signed": who})


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - as YAML has it
    return value if isinstance(value, list) else [value]


def forge(header: Mapping[str, Any], claims: Mapping[str, Any], secret: str) -> str:
    """Return a JSON Web Token with any header and claims, signed with any secret."""

    def encode(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    parts = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}.get(header["alg"])
    return f"{parts}.{encode(hmac.digest(secret.encode(), parts.encode(), digest)) if digest else ''}"


class Player:
    """Sends requests to a server, and records the responses with ids, times and tokens replaced by placeholders."""

    def __init__(self, address: str, external: ExternalService) -> None:
        """Start without known ids and tokens."""
        self._address = address
        self._external = external
        self._ids: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def play(self, requests: list[Request]) -> dict[str, Answer]:
        """Send the requests one after another, and return the responses by name."""
        return {request.name: self._play(request) for request in requests}

    def _play(self, request: Request) -> Answer:
        self._external.tell(request.external)
        method, _, target = self._fill(request.call).partition(" ")
        connection = HTTPConnection(self._address, timeout=30)
        with closing(connection):
            try:
                connection.request(method, target, self._content(request), self._headers(request))
                response = connection.getresponse()
                status, content = response.status, response.read()
            except (HTTPException, OSError) as error:  # the server hung up
                return {"status": 0, "headers": {}, "body": repr(error), "calls": []}
        headers = {name: value for name in HEADERS if (value := response.headers[name]) is not None}
        if "Allow" in headers:
            headers["Allow"] = ", ".join(sorted(re.split(r",\s*", headers["Allow"])))
        body = _read(content)
        kind = _kind(request.path)
        if isinstance(body, dict) and status < HTTPStatus.MULTIPLE_CHOICES:
            self._keep(request, kind, body)
        return {
            "status": status,
            "headers": headers,
            "body": self._settle(body, "", kind),
            "calls": [self._settle_call(call) for call in self._external.calls()],
        }

    def _keep(self, request: Request, kind: str, body: Mapping[str, Any]) -> None:
        if request.keep and "id" in body:
            self._ids[request.keep] = body["id"]
            self._kinds[request.keep] = kind
        if request.token and "token" in body:
            self._tokens[request.token] = body["token"]

    def _fill(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Replace the names of ids by the ids, and expand repetitions such as `<a*3>`."""
        match value:
            case str():
                if value[1:-1] in self._ids and value == f"{{{value[1:-1]}}}":
                    return self._ids[value[1:-1]]
                value = re.sub(r"\{([a-z_]+)\}", lambda name: str(self._ids.get(name[1], 0)), value)
                return _repeat(value)
            case list():
                return [self._fill(item) for item in value]
            case dict():
                return {self._fill(key): self._fill(item) for key, item in value.items()}
        return value

    def _content(self, request: Request) -> bytes | None:
        if request.raw is not None:
            return _repeat(request.raw).encode("latin-1")
        if request.json == LEFT_OUT:
            return None
        body = self._fill(request.json)
        return json.dumps([body] * request.times if request.times else body).encode()

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Content-Type": "application/json"} if self._content(request) is not None else {}
        if request.signed:
            headers["Authorization"] = f"Bearer {self._token(request.signed)}"
        for name, value in request.headers.items():
            headers[name] = re.sub(r"<(\w+)>", lambda found: self._tokens.get(found[1], "none"), _repeat(value))
        return {name: value for name, value in headers.items() if value != LEFT_OUT}

    def _token(self, name: str) -> str:
        forged = document()["tokens"].get(name)
        if forged is None:
            return self._tokens.get(name, "none")
        claims = {"sub": str(self._ids.get("ann", 0)), "exp": 3600} | forged.get("claims", {})
        claims = {claim: self._fill(value) for claim, value in claims.items() if value != LEFT_OUT}
        now = int(time.time())
        claims |= {claim: now + claims[claim] for claim in ("exp", "nbf") if isinstance(claims.get(claim), int)}
        return forge({"typ": "JWT", "alg": forged.get("alg", "HS256")}, claims, forged.get("secret", SECRET))

    def _settle(self, value: Any, name: str, kind: str) -> Any:  # noqa: ANN401 - JSON
        """Replace ids, times and tokens by placeholders."""
        settled = value
        match value:
            case {"openapi": str(), "paths": dict(paths)} if kind == "openapi.json":
                settled = _operations(paths)
            case dict():
                settled = {key: item if key in FREE else self._settle(item, key, kind) for key, item in value.items()}
            case list():
                settled = [self._settle(item, name, kind) for item in value]
            case int() if (name == "id" or name in KINDS) and not isinstance(value, bool):
                settled = self._name(KINDS.get(name, kind), value)
            case str() if name == "created_at" and TIME.fullmatch(value):
                settled = "<time>"
            case str() if name == "token":
                settled = "<token>"
        return settled

    def _name(self, kind: str, value: int) -> str:
        names = [name for name, known in self._ids.items() if known == value and self._kinds[name] == kind]
        return f"<{names[-1]}>" if names else "<id>"

    def _settle_call(self, call: Mapping[str, Any]) -> dict[str, Any]:
        settled: dict[str, Any] = self._settle(call, "", "")
        settled["call"] = re.sub(r"(?<=/data/)\d+", lambda id_: self._name("resources", int(id_[0])), call["call"])
        if call.get("key"):
            settled["key"] = self._keys.setdefault(call["key"], f"<key {len(self._keys) + 1}>")
        return settled


def _repeat(text: str) -> str:
    return re.sub(r"<([^<>]+)\*(\d+)>", lambda found: found[1] * int(found[2]), text)


def _read(content: bytes) -> Any:  # noqa: ANN401 - JSON, or a text
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def _kind(path: str) -> str:
    subject = path.removeprefix("/api/v1").strip("/").partition("/")[0]
    return PATHS.get(subject, subject)


def _operations(paths: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the operations of an OpenAPI document, each with its statuses."""
    return {
        f"{method.upper()} {re.sub(r'{.*?}', '{}', path)}": sorted(operation["responses"])
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in METHODS
    }


def differences(expected: Any, answered: Any, where: str, *, part: bool = False) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield a line for each difference of two values; with `part`, ignore keys that are not expected."""
    if isinstance(expected, dict) and isinstance(answered, dict):
        for key in expected if part else {**expected, **answered}:
            absent = "nothing"
            yield from differences(expected.get(key, absent), answered.get(key, absent), f"{where}.{key}", part=part)
    elif isinstance(expected, list) and isinstance(answered, list) and len(expected) == len(answered):
        for index, (one, other) in enumerate(zip(expected, answered, strict=True)):
            yield from differences(one, other, f"{where}[{index}]", part=part)
    elif _shown(expected) != _shown(answered):  # as JSON, for which 1, 1.0 and true are three values
        yield f"{where}: expected {_shown(expected)}, not {_shown(answered)}"


def _shown(value: Any) -> str:  # noqa: ANN401 - JSON
    shown = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}… ({hashlib.sha256(shown.encode()).hexdigest()[:8]})"


def check(request: Request, answer: Answer) -> Iterator[str]:
    """Yield where a response differs from what requests.yaml and the conventions of the API expect."""
    status, headers, body = answer["status"], answer["headers"], answer["body"]
    yield from differences(request.expect, status, "status")
    if request.expect == status:
        yield from _check_body(request, body)
    yield from differences(request.calls, len(answer["calls"]), "calls of the external service")
    if status == HTTPStatus.UNAUTHORIZED:
        yield from differences("Bearer", headers.get("WWW-Authenticate"), "WWW-Authenticate")
    if status == HTTPStatus.METHOD_NOT_ALLOWED or request.allow:
        yield from differences(request.allow, headers.get("Allow"), "Allow")
    if request.method == "HEAD":
        return
    if status == HTTPStatus.NO_CONTENT:
        yield from differences(None, body, "body")
    elif not request.only_status:
        yield from differences("application/json", headers.get("Content-Type"), "Content-Type")
    if status >= HTTPStatus.BAD_REQUEST:
        yield from _check_error(body)


def _check_body(request: Request, body: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if request.body is not None:
        yield from differences(request.body, body, "body")
    if request.has is not None:
        yield from differences(request.has, body, "body", part=True)
    if request.detail:
        yield from differences({"detail": request.detail}, body, "body")
    if request.says and request.says not in json.dumps(body):
        yield f"body: expected {request.says!r} in it, not {_shown(body)}"


def _check_error(body: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    detail = body.get("detail") if isinstance(body, dict) and len(body) == 1 else None
    items = detail if isinstance(detail, list) and detail else []
    fits = all(isinstance(item, dict) and item.keys() == {"loc", "msg", "type"} for item in items)
    if not (isinstance(detail, str) or (items and fits)):
        yield f"body: expected a detail, a text or items of loc, msg and type, not {_shown(body)}"


def compare(request: Request, reference: Answer, answer: Answer) -> Iterator[str]:
    """Yield where a response differs from that of the reference project."""
    if request.only_status:
        yield from differences(reference["status"], answer["status"], "status")
        return
    yield from differences(reference, answer, "answer")


def report(faults: Mapping[str, list[str]], shown: int = 25) -> str:
    """Return a report of the differing responses, the first ones in full."""
    calls = {request.name: request.call for request in requests()}
    lines = [f"{len(faults)} of {len(calls)} responses differ"]
    for name, found in list(faults.items())[:shown]:
        lines += [name, f"  {shorten(calls[name], 120)}", *(f"    {line}" for line in found)]
    if len(faults) > shown:
        lines.append(f"… and {len(faults) - shown} more: {'; '.join(list(faults)[shown:])}")
    return "\n".join(lines)
