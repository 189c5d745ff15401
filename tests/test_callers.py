"""More callers than connections: on PostgreSQL, each stack serves as many at once as its documents say."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per
from faults import Fault
from forkserver import Outcome
from rendering import Projects
from suites import Runners, Workplace, write

# Without websockets, except for Django, which they serve by another server.
COMBINATIONS = [
    combination
    for combination in one_per(*sorted(STACK), "database", "use_websockets", example="shop")
    if combination["database"] == "postgresql"
    and (combination["framework"] == "django" or not combination["use_websockets"])
]
CALLERS = "tests/e2e/test_orders_payments.py::test_requests_that_wait_for_the_external_service_do_not_block_others"
CONNECTIONS = "tests/integration/test_connections.py"

Suite = Callable[..., Outcome]


def change(project: Path, file: str, old: str, new: str) -> None:
    """Change a file of a project."""
    Fault("", file, old, new, "", "").plant(project)


@pytest.fixture
def project(projects: Projects, combination: Combination, workplace: Workplace) -> Path:
    """A project with end-to-end tests."""
    data = combination.data | {"package_name": "shop", "test_layers": ["e2e"]}
    return workplace.become(projects.get(data))


@pytest.fixture
def suite(
    runners: Runners, combination: Combination, project: Path, postgres_server: Callable[[], str], worker_id: str
) -> Suite:
    """Run tests of the project."""
    url = f"{postgres_server()}/{worker_id}_callers_test"
    return lambda *tests: runners.suite(combination["framework"], project, "-q", *tests, TEST_DATABASE_URL=url)


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_as_many_callers_are_served_at_once_as_the_documents_say(project: Path, suite: Suite) -> None:
    promised = re.search(r"\| calls the external service \| (\d+) times", (project / "docs/running.md").read_text())
    assert promised
    change(project, "tests/e2e/test_orders_payments.py", "CALLERS = 20", f"CALLERS = {promised[1]}")
    # All calls have to arrive before the first one times out, each over its own connection.
    change(project, "tests/e2e/conftest.py", '"EXTERNAL_API_TIMEOUT": "1"', '"EXTERNAL_API_TIMEOUT": "20"')
    change(project, "tests/e2e/conftest.py", "timeout=20,", "timeout=60, limits=httpx2.Limits(),")
    change(project, "tests/e2e/external.py", "request_queue_size = 128", "request_queue_size = 1024")
    outcome = suite(CALLERS)
    assert outcome, outcome.output


@pytest.mark.parametrize(
    "combination", [c for c in COMBINATIONS if c["framework"] == "django" and not c["use_websockets"]], ids=str
)
@pytest.mark.parametrize(
    ("file", "line", "tests", "said"),
    [
        pytest.param(
            "core/services.py",
            "    release_connection()\n",
            CALLERS,
            "FAILED tests/e2e/test_orders_payments.py",
            id="service",
        ),
        pytest.param(
            "accounts/hashers.py", "        release_connection()\n", CONNECTIONS, "('verify', True)", id="password"
        ),
        pytest.param(
            "accounts/auth.py",
            "    release_connection()  # the view may wait for the client's body next\n",
            CONNECTIONS,
            "('parse_body', True)",
            id="request",
        ),
        pytest.param(
            "core/connections.py",
            "        release_connection()\n",
            CONNECTIONS,
            "('finish_response', True)",
            id="response",
        ),
    ],
)
def test_a_connection_that_django_keeps_is_found(
    project: Path, suite: Suite, file: str, line: str, tests: str, said: str
) -> None:
    path = project / "src/shop" / file
    source = path.read_text(encoding="utf-8")
    assert line in source
    write(path, source.replace(line, line.replace("release_connection()", "pass")).encode())
    outcome = suite("-vv", tests)
    assert outcome.exit_code == pytest.ExitCode.TESTS_FAILED, outcome.output
    assert said in outcome.output


LISTS = """
from concurrent.futures import ThreadPoolExecutor


def test_lists(customer):
    with ThreadPoolExecutor(40) as pool:
        answers = pool.map(lambda _: customer.get("/api/v1/orders").status_code, range(40))
    assert set(answers) == {200}
"""


@pytest.mark.parametrize("combination", [c for c in COMBINATIONS if c["database_access"] == "sync"], ids=str)
@pytest.mark.parametrize("limited", [True, False], ids=["limited", "unlimited"])
def test_requests_that_wait_for_threads_do_not_lock_up(project: Path, suite: Suite, *, limited: bool) -> None:
    # Scale the limits down: 40 callers exceed them as 2,000 would exceed those of production.
    change(project, "src/shop/app.py", "MAX_REQUESTS = 300", "MAX_REQUESTS = 6")
    change(project, "src/shop/app.py", "MAX_REQUESTS + 20", "MAX_REQUESTS + 1")
    change(project, "src/shop/core/database.py", "pool_size=15", "pool_size=1")
    change(project, "src/shop/core/database.py", "pool_timeout=10", "pool_timeout=2")
    if not limited:
        change(project, "src/shop/app.py", "dependencies=[turn]", "dependencies=[]")
    change(project, "tests/e2e/test_lists.py", "", LISTS)
    assert bool(suite("tests/e2e/test_lists.py")) is limited
