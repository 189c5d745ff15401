"""Third-party tools accept the OpenAPI document: linters find nothing, and a client is generated and used."""

import importlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import tools
from combinations import STACK, Combination, one_per
from rendering import Projects
from serving import ADMIN, serve
from suites import environment

pytestmark = pytest.mark.real

# Recommendations that the document leaves to the owner; linters report them as warnings.
LEFT = {
    "info-contact",
    "info-license",
    "operation-4xx-response",  # /health refuses no one
    "operation-description",
    "tag-description",
}
SHOPS = one_per(*sorted(STACK), example="shop")

each_stack = pytest.mark.parametrize("combination", SHOPS, ids=str)


@pytest.fixture
def address(projects: Projects, tmp_path: Path, combination: Combination) -> Iterator[str]:
    """The URL at which a project is served."""
    project = projects.copy(combination.data | {"test_layers": ["e2e"]}, tmp_path / "project")
    with serve(project, f"sqlite:///{tmp_path}/documents.db") as (server, _):
        yield f"http://{server.address}"


@pytest.fixture
def document(address: str, tmp_path: Path) -> Path:
    """A file with the OpenAPI document that a project serves."""
    file = tmp_path / "openapi.json"
    with urlopen(f"{address}/openapi.json") as answer:  # noqa: S310 - of a server on loopback
        file.write_bytes(answer.read())
    return file


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool with its telemetry turned off."""
    variables = environment(HOME=str(folder), REDOCLY_TELEMETRY="off", REDOCLY_SUPPRESS_UPDATE_NOTICE="true")
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=120)


def redocly(document: Path) -> set[str]:
    """Return the recommended rules of Redocly that the document breaks."""
    lint = [tools.npm("redocly"), "lint", "--format=json", "--extends=recommended", document.name]
    done = run(document.parent, *lint)
    assert done.returncode in {0, 1}, done.stderr
    return {problem["ruleId"] for problem in json.loads(done.stdout)["problems"]}


def spectral(document: Path) -> set[str]:
    """Return the recommended rules of Spectral that the document breaks."""
    document.with_name("rules.yaml").write_text("extends: spectral:oas\n", encoding="utf-8")
    lint = [tools.npm("spectral"), "lint", "--quiet", "--format=json", "--ruleset=rules.yaml", document.name]
    done = run(document.parent, *lint)
    assert done.returncode in {0, 1}, done.stderr
    return {problem["code"] for problem in json.loads(done.stdout)}


def generate(document: Path, name: str = "client") -> set[str]:
    """Generate a Python client, and return the warnings."""
    into = ["--path", document.name, "--output-path", name, "--meta=none"]
    done = run(document.parent, "openapi-python-client", "generate", *into)
    said = (done.stdout + done.stderr).strip()
    return {said} - {f"Generating {name}"}


@each_stack
def test_linters_find_nothing_and_a_generated_client_places_pays_and_cancels_orders(
    document: Path, address: str, combination: Combination, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redocly(document) | spectral(document) <= LEFT
    name = "_".join(["client", *map(str, combination.stack)])
    assert not generate(document, name)
    monkeypatch.syspath_prepend(document.parent)
    client: Any = importlib.import_module(name)
    models: Any = importlib.import_module(f"{name}.models")

    def call(operation: str, *arguments: object, token: str = "", **body: object) -> Any:  # noqa: ANN401 - generated
        module: Any = importlib.import_module(f"{name}.api.{operation}")
        made = client.AuthenticatedClient(address, token) if token else client.Client(address)
        with made as caller:
            return module.sync(*arguments, client=caller, **body)

    def sign_in(email: str, password: str) -> str:
        token: str = call("accounts.login", body=models.Login(email, password)).token
        return token

    ann = call("accounts.register", body=models.Register("Ann", "ann@example.com", "correct horse"))
    token = sign_in("ann@example.com", "correct horse")
    assert call("accounts.get_profile", token=token) == ann
    cup = call("orders.create_product", token=sign_in(*ADMIN), body=models.ProductCreate("Cup", 9.5))
    assert cup in call("orders.list_products", limit=100)
    basket = models.OrderCreate([models.OrderItemCreate(cup.id, 2)])
    first, second = [call("orders.create_order", token=token, body=basket) for _ in range(2)]
    assert call("orders.pay_order", first.id, token=token).payment_status == "completed"
    assert call("orders.cancel_order", second.id, token=token).status == "cancelled"
    assert call("orders.cancel_order", first.id, token=token).detail == "Order cannot be cancelled"
    named = [models.ResourceCreate(word) for word in ("one", "two")]
    assert [made.name for made in call("resources.create_resources", token=token, body=named)] == ["one", "two"]


def add_a_title(document: Any) -> None:  # noqa: ANN401 - JSON
    schemas = document["components"]["schemas"]
    schemas["ResourceBulk.ResourceCreate"] = schemas["ResourceCreate"]
    schemas["ResourceBulk"]["items"]["$ref"] = "#/components/schemas/ResourceBulk.ResourceCreate"


def add_a_component(document: Any) -> None:  # noqa: ANN401 - JSON
    document["components"]["schemas"]["Page"] = {"type": "object"}


def leave_out(key: str) -> Callable[[Any], None]:
    """Return a function that removes a key from an operation that needs no token."""
    return lambda document: document["paths"]["/api/v1/login"]["post"].pop(key)


@pytest.mark.parametrize("combination", SHOPS[:1], ids=str)
def test_a_fault_in_the_document_is_seen(document: Path) -> None:
    right = document.read_text(encoding="utf-8")

    def look(plant: Callable[[Any], None], judge: Callable[[Path], set[str]]) -> str:
        wrong = json.loads(right)
        plant(wrong)
        document.write_text(json.dumps(wrong), encoding="utf-8")
        return " ".join(judge(document) - LEFT)

    assert "ResourceCreate" in look(add_a_title, generate)
    assert look(add_a_component, redocly) == "no-unused-components"
    assert look(add_a_component, spectral) == "oas3-unused-component"
    assert look(leave_out("tags"), spectral) == "operation-tags"
    assert look(leave_out("operationId"), spectral) == "operation-operationId"
    assert look(leave_out("operationId"), redocly) == "operation-operationId"
    assert look(leave_out("security"), redocly) == "security-defined"
