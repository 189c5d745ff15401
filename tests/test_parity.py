"""Parity of the stacks: each is served, and responds to one list of requests as the contract and the others do."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from combinations import STACK, Combination, one_per
from filelock import FileLock
from playing import SHOP, Answer, Player, Request, check, compare, document, report, requests
from rendering import Projects
from serving import serve

# With websockets on one database, without on the other, so that both servers of a stack are tested.
SHOPS = [
    combination
    for combination in one_per(*sorted(STACK), "database", "use_websockets", example="shop")
    if combination["use_websockets"] == (combination["database"] == "postgresql")
]
SERVED = [*SHOPS, *one_per(*sorted(STACK), example="resource", use_websockets=True)]
REFERENCE = SHOPS[0]
# A layer that brings tests/serving.py.
LAYERS = {"test_layers": ["e2e"]}

DOCUMENTATION = "documentation: each operation is described"

Play = Callable[[Combination, Path], dict[str, Answer]]


@pytest.fixture
def play(tmp_path: Path, new_database: Callable[[str], str]) -> Play:
    """Serve a project, and send it the requests."""

    def play(combination: Combination, project: Path) -> dict[str, Answer]:
        url = f"sqlite:///{tmp_path / project.name}.db"
        if combination["database"] == "postgresql":
            url = new_database("_".join(["parity", *map(str, combination.stack)]))
        with serve(project, url) as (server, external):
            answers = Player(server.address, external).play(requests(combination["example"]))
            if any(answer["status"] in {0, 500} for answer in answers.values()):
                print(server.output)  # noqa: T201 - pytest shows it beside the failure
        assert server.process.poll() is not None, "the server is still running"
        return answers

    return play


@pytest.fixture
def reference(projects: Projects, session_folder: Path, tmp_path: Path, play: Play) -> dict[str, Answer]:
    """The responses of the first stack with the shop, recorded once per session."""
    recorded = session_folder / "parity.json"
    with FileLock(recorded.with_suffix(".lock")):
        if not recorded.exists():
            project = projects.copy(REFERENCE.data | LAYERS, tmp_path / "reference")
            recorded.write_text(json.dumps(play(REFERENCE, project)), encoding="utf-8")
        answers: dict[str, Answer] = json.loads(recorded.read_text(encoding="utf-8"))
        return answers


def faults(answers: Mapping[str, Answer], reference: Mapping[str, Answer]) -> dict[str, list[str]]:
    """Return where responses differ from the contract or the reference, by the names of the requests."""

    def find(request: Request) -> Iterator[str]:
        yield from check(request, answers[request.name])
        yield from compare(request, reference[request.name], answers[request.name])

    found = {request.name: list(dict.fromkeys(find(request))) for request in requests() if request.name in answers}
    return {name: lines for name, lines in found.items() if lines}


def without_shop(reference: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return the reference as a project without the shop should respond."""
    described = reference[DOCUMENTATION]
    left = {name: statuses for name, statuses in described["body"].items() if not SHOP.match(name.partition(" ")[2])}
    return {**reference, DOCUMENTATION: {**described, "body": left}}


@pytest.mark.parametrize("combination", SERVED, ids=str)
def test_each_stack_answers_as_the_contract_and_the_others_do(
    projects: Projects, tmp_path: Path, reference: dict[str, Answer], play: Play, combination: Combination
) -> None:
    answers = reference
    if combination != REFERENCE:
        answers = play(combination, projects.copy(combination.data | LAYERS, tmp_path / "project"))
    expected = reference if combination["example"] == "shop" else without_shop(reference)
    found = faults(answers, expected)
    assert answers.keys() == {request.name for request in requests(combination["example"])}
    assert not found, report(found)


def test_the_list_is_long_and_each_request_has_a_unique_name() -> None:
    names = [request.name for request in requests()]
    assert len(names) >= 150
    assert sorted(set(names)) == sorted(names)


def test_the_list_names_only_what_an_earlier_request_has_kept() -> None:
    ids: set[str] = set()
    tokens = set(document()["tokens"])
    for request in requests():
        said = json.dumps([request.call, request.json, *request.headers.values()])
        assert set(re.findall(r"\{([a-z_]+)\}", said)) <= ids, request.name
        assert {request.signed, *re.findall(r"<([a-z]+)>", " ".join(request.headers.values()))} <= tokens | {""}
        ids |= {request.keep}
        tokens |= {request.token}


def test_the_list_holds_a_success_and_a_refusal_of_each_operation(reference: dict[str, Answer]) -> None:
    operations = reference[DOCUMENTATION]["body"]
    patterns = {name: re.compile(re.escape(name).replace(r"\{\}", "[^/]+")) for name in operations}
    tried: dict[str, set[bool]] = {name: set() for name in operations}
    for request in requests():
        asked = f"{request.method} {request.path}"
        found = [name for name, pattern in patterns.items() if pattern.fullmatch(asked)]
        if found:  # /orders/summary also matches /orders/{}: the more specific pattern counts
            tried[min(found, key=lambda name: name.count("{}"))].add(request.expect < 400)
    # An operation without a described 4xx status is never refused.
    wanted = {name: {True, False} if any("4" in status[0] for status in operations[name]) else {True} for name in tried}
    assert tried == wanted


def test_a_difference_in_one_project_is_named(
    projects: Projects, tmp_path: Path, reference: dict[str, Answer], play: Play
) -> None:
    project = projects.copy(REFERENCE.data | LAYERS, tmp_path / "project")
    for old, new in [("Email already registered", "Email is taken"), ("Idempotency-Key", "X-Key")]:
        holding = [file for file in (project / "src").rglob("*.py") if old in file.read_text(encoding="utf-8")]
        assert holding, f"no file says {old!r} any more: update where the fault is planted"
        for file in holding:
            file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = faults(play(REFERENCE, project), reference)
    known = faults(reference, reference)
    expected = {request.name for request in requests() if request.detail == "Email already registered"}
    expected |= {request.name for request in requests() if request.call.endswith("/pay") and request.calls}
    assert found.keys() - known.keys() == expected
    said = report(found, shown=len(found))
    assert 'expected "Email already registered", not "Email is taken"' in said
    assert 'answer.calls[0].key: expected "<key 1>", not null' in said


@pytest.mark.parametrize(
    ("name", "part", "value", "said"),
    [
        ("tokens: a token is needed, GET /api/v1/orders", "status", 403, "status: expected 401, not 403"),
        ("tokens: a token is needed, GET /api/v1/orders", "headers", {}, "WWW-Authenticate: expected"),
        ("tokens: a token is needed, GET /api/v1/orders", "body", {"error": "no"}, "body: expected a detail"),
        ("orders: one order, DELETE /api/v1/orders/{first}", "headers", {"Allow": "GET, PUT"}, "Allow: expected"),
        ("health: the service is healthy", "body", {"status": "fine"}, "body.status: expected"),
        ("health: the service is healthy", "headers", {"Content-Type": "text/html"}, "Content-Type: expected"),
        ("payments: a payment is declined", "calls", [], "calls of the external service: expected 1, not 0"),
        (
            "bodies: JSON other than an object is refused, null",
            "body",
            {"detail": [{"input": None}]},
            "items of loc, msg and type",
        ),
        ("deleting: a user deletes themselves", "body", {}, "body: expected null"),
    ],
)
def test_a_fault_that_all_stacks_share_is_found_by_the_contract(
    reference: dict[str, Answer],
    name: str,
    part: str,
    value: Any,  # noqa: ANN401 - JSON
    said: str,
) -> None:
    wrong = reference | {name: reference[name] | {part: value}}
    found = faults(wrong, wrong)
    assert said in "\n".join(found[name])
    assert found.keys() - faults(reference, reference).keys() == {name}
