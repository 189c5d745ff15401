"""The contract tests find faulty operations on an id, even in endpoints that the owner has added."""

import re
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per
from faults import Fault
from rendering import Projects
from suites import Runners, Workplace, write

IDS = "tests/contract/test_ids.py"
PEERS = "tests/contract/test_peers.py"
# A plugin that runs each test with 20 seeds: pytest-randomly sets the seed before each test.
SEEDS = """
import pytest


@pytest.fixture(autouse=True, params=range(20))
def seed(request):
    from tests.contract.api import schema

    schema.config.seed = request.config.option.randomly_seed = request.param
"""

each_stack = pytest.mark.parametrize("combination", one_per(*sorted(STACK), example="shop"), ids=str)

# Operations on a user's rows: the subject, the service function, the model, and the field with the owner's id.
OPERATIONS = {
    "GET /api/v1/orders/{order_id}": ("orders", "get_order", "Order", "user_id"),
    "POST /api/v1/orders/{order_id}/cancel": ("orders", "cancel_order", "Order", "user_id"),
    "POST /api/v1/orders/{order_id}/pay": ("orders", "pay_order", "Order", "user_id"),
    "PUT /api/v1/resources/{resource_id}": ("resources", "update_resource", "Resource", "owner_id"),
    "DELETE /api/v1/resources/{resource_id}": ("resources", "delete_resource", "Resource", "owner_id"),
    "PUT /api/v1/users/{user_id}": ("accounts", "update_user", "User", "id"),
    "DELETE /api/v1/users/{user_id}": ("accounts", "delete_user", "User", "id"),
}

# For each framework, an endpoint in the style of its documentation: the file, an import to replace, and the code.
NOTES = {
    "fastapi": (
        "accounts/router.py",
        "from fastapi import APIRouter",
        "from fastapi import APIRouter, HTTPException",
        """

@router.get("/notes/{note_id}", response_model=schemas.User, responses=errors(401, 404, 422))
async def read_note(note_id: int, db: Db, _: CurrentUser) -> models.User:
    note = await db.get(models.User, note_id)
    if note is None:
        raise HTTPException(status_code=404, detail="Note not found")
    return note
""",
    ),
    "flask": (
        "accounts/blueprint.py",
        "from apiflask import APIBlueprint",
        "from apiflask import APIBlueprint, abort",
        """

@bp.get("/notes/<int:note_id>")
@bp.auth_required(auth)
@bp.output(schemas.User)
@bp.doc(responses=errors(401, 404))
def get_note(note_id: int) -> models.User:
    note = get_db().get(models.User, note_id)
    if note is None:
        abort(404)
    return note
""",
    ),
    # Django's fields check the range that the database can store, so here the fault is an undescribed 404.
    "django": (
        "accounts/api.py",
        "from django.http import HttpRequest",
        "from django.http import HttpRequest\nfrom django.shortcuts import get_object_or_404",
        """

@router.get("/notes/{note_id}", auth=signed_in, response=schemas.User)
def read_note(request: HttpRequest, note_id: int) -> User:
    return get_object_or_404(User, id=note_id)
""",
    ),
}


@pytest.fixture
def project(projects: Projects, combination: Combination, workplace: Workplace) -> Path:
    """A project with contract tests."""
    return workplace.become(projects.get(combination.data | {"package_name": "shop", "test_layers": ["contract"]}))


def take_everyone_for_the_owner(project: Path, combination: Combination, operation: str) -> None:
    """Make an operation treat every caller as the owner."""
    subject, function, model, field = OPERATIONS[operation]
    file = project / f"src/shop/{subject}/services.py"
    [name] = re.findall(r"{(\w+)}", operation)
    if combination["framework"] == "django":
        owner = f"User.objects.get(id={model}.objects.get(id={name}).{field})"
    else:
        owner = f"await db.get_one(User, (await db.get_one({model}, {name})).{field})"
    if combination["database_access"] != "async":
        owner = owner.replace("await ", "")
    source, count = re.subn(
        rf"(?ms)^((?:async )?def {function}\(.*?\) -> [^\n]+:\n)",
        rf"\1    caller = {owner}\n",
        file.read_text(encoding="utf-8"),
    )
    assert count == 1, f"{file} has changed: update the service of {operation}"
    write(file, source.encode())


def failed(output: str, test: str) -> set[str]:
    """Return the operations for which a test has failed."""
    return set(re.findall(rf"^FAILED \S+::{test}\[(.+?)\]", output, re.MULTILINE))


@pytest.mark.parametrize("combination", one_per(*sorted(STACK), "example"), ids=str)
def test_an_operation_that_takes_another_user_for_the_owner_is_found_by_name(
    project: Path, combination: Combination, runners: Runners
) -> None:
    served = {
        name for name, (subject, *_) in OPERATIONS.items() if (project / f"src/shop/{subject}/services.py").exists()
    }
    for operation in served:
        take_everyone_for_the_owner(project, combination, operation)

    outcome = runners.suite(combination["framework"], project, "-q", PEERS)

    assert failed(outcome.output, "test_another_user_may_not_call_what_the_owner_may") == served, outcome.output
    for operation in served:
        assert f"{operation}: a user may call it on rows of another user" in outcome.output


@each_stack
def test_an_operation_shared_by_mistake_is_found_by_name(
    project: Path, combination: Combination, runners: Runners
) -> None:
    Fault(
        "",
        "tests/contract/test_resources.py",
        'external-data"}',
        'external-data", "GET /api/v1/orders/{order_id}"}',
        "",
        "",
    ).plant(project)

    outcome = runners.suite(combination["framework"], project, "-q", PEERS)

    assert failed(outcome.output, "test_every_user_may_call_a_shared_operation") == {"GET /api/v1/orders/{order_id}"}


def add_notes(project: Path, combination: Combination) -> None:
    """Add an endpoint in the style of the framework's documentation."""
    name, old, new, endpoint = NOTES[str(combination["framework"])]
    if combination["database_access"] != "async":
        endpoint = endpoint.replace("async ", "").replace("await ", "")
    Fault("", f"src/shop/{name}", old, new, "", "").plant(project)
    file = project / f"src/shop/{name}"
    write(file, (file.read_text(encoding="utf-8") + endpoint).encode())


@each_stack
def test_an_endpoint_that_cannot_take_a_large_id_is_found_by_name_whatever_the_seed(
    project: Path, combination: Combination, runners: Runners
) -> None:
    add_notes(project, combination)
    write(project / "seeds.py", SEEDS.encode())

    outcome = runners.suite(combination["framework"], project, "-q", "--tb=no", "-p", "seeds", "-k", "notes", IDS)

    found = failed(outcome.output, "test_an_id_that_no_row_has_is_not_found")
    assert found == {f"{seed}-GET /api/v1/notes/{{note_id}}-note_id" for seed in range(20)}, outcome.output
    assert "20 failed" in outcome.output


@each_stack
def test_a_missing_row_is_reported_with_where_to_add_it(
    project: Path, combination: Combination, runners: Runners
) -> None:
    add_notes(project, combination)

    outcome = runners.suite(combination["framework"], project, "-q", "-k", "notes", PEERS)

    assert "LookupError: No row exists for note_id: add a NoteFactory to tests/factories, or a row " in outcome.output
    assert "to make_rows in tests/contract/existing.py" in outcome.output
