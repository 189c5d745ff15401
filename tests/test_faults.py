"""What a project promises to catch: each fault is planted in one, and its own tests go red and say why."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per
from rendering import Projects
from suites import environment, run, run_suite

each_stack = pytest.mark.parametrize("combination", one_per(*sorted(STACK)), ids=str)

TEST = "tests/unit/test_fault.py"
ISOLATION = "tests/integration/test_isolation.py"


@dataclass(frozen=True)
class Fault:
    """A change that a project's tests have to notice."""

    name: str
    file: str
    old: str
    """What is replaced; nothing where the file is new."""
    new: str
    tests: str
    said: str

    def plant(self, project: Path) -> None:
        """Make the change."""
        file = project / self.file
        source = file.read_text(encoding="utf-8") if self.old else ""
        assert self.old in source, f"{self.file} has changed: say anew where the fault goes"
        file.write_text(source.replace(self.old, self.new, 1) if self.old else self.new, encoding="utf-8")

    def __str__(self) -> str:
        """Return the fault's name."""
        return self.name


FAULTS = [
    Fault(
        "commits reach the outer transaction",
        "tests/plugins/session.py",
        'join_transaction_mode="create_savepoint"',
        'join_transaction_mode="control_fully"',
        ISOLATION,
        "left rows in",
    ),
    Fault(
        "rollbacks reach the outer transaction",
        "tests/plugins/session.py",
        'join_transaction_mode="create_savepoint"',
        'join_transaction_mode="rollback_only"',
        ISOLATION,
        "test_what_is_not_committed_is_not_kept",
    ),
    Fault(
        "the outer transaction is committed",
        "tests/plugins/session.py",
        "transaction.rollback()",
        "transaction.commit()",
        ISOLATION,
        "left rows in",
    ),
    Fault(
        "a test connects to another host",
        TEST,
        "",
        "import socket\n\n\ndef test_it():\n    with socket.socket() as one:\n        one.connect(('192.0.2.1', 80))\n",
        TEST,
        "SocketConnectBlockedError",
    ),
    Fault(
        "a test looks up another host",
        TEST,
        "",
        "import socket\n\n\ndef test_it():\n    socket.getaddrinfo('example.com', 80)\n",
        TEST,
        "A test looked up 'example.com'",
    ),
    Fault(
        "a factory creates rows without a database",
        TEST,
        "",
        "from tests.factories import UserFactory\n\n\ndef test_it():\n    UserFactory.create()\n",
        TEST,
        "A factory creates rows only with the `db` fixture",
    ),
    Fault(
        "something warns",
        TEST,
        "",
        "import warnings\n\n\ndef test_it():\n    warnings.warn('old', DeprecationWarning)\n",
        TEST,
        "DeprecationWarning: old",
    ),
    Fault(
        "a column has no migration",
        "src/shop/models.py",
        "    age: Mapped[int | None]\n",
        "    age: Mapped[int | None]\n    nickname: Mapped[str | None]\n",
        "tests/integration/test_migrations.py",
        "nickname",
    ),
    Fault(
        "a response tells the password's hash",
        "src/shop/schemas.py",
        "class User(Output):\n    id: int\n",
        "class User(Output):\n    id: int\n    hashed_password: str\n",
        "tests/integration",
        "hashed_password",
    ),
]


@pytest.fixture
def project(projects: Projects, combination: Combination, tmp_path: Path) -> Path:
    """A project to plant faults in."""
    return projects.copy(combination.data | {"package_name": "shop"}, tmp_path / "project")


@each_stack
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_turns_the_suite_red(project: Path, fault: Fault) -> None:
    fault.plant(project)
    done = run_suite(project, "-q", fault.tests)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert fault.said in done.stdout


@each_stack
@pytest.mark.parametrize("variable", ["DATABASE_URL", "TEST_DATABASE_URL"])
@pytest.mark.parametrize("name", ["shop.db", "latest.db"])
def test_a_database_that_is_no_test_is_refused_and_not_touched(project: Path, variable: str, name: str) -> None:
    database = project / name
    database.write_bytes(b"precious")
    done = run_suite(project, "-q", **{variable: f"sqlite:///{database}"})
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{variable} does not name a test database" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1, done.stdout
    assert database.read_bytes() == b"precious"


@each_stack
@pytest.mark.parametrize("secret", [None, "short"])
def test_production_does_not_start_on_a_weak_secret(project: Path, secret: str | None) -> None:
    settings = {"ENVIRONMENT": "production"} | ({"SECRET_KEY": secret} if secret else {})
    variables = environment(PYTHONPATH="src", DATABASE_URL="sqlite:///test.db", **settings)
    done = run(project, sys.executable, "-m", "uvicorn", "shop.main:app", "--port", "0", **variables)
    assert done.returncode == 1
    assert "SECRET_KEY must be a secret of 32 bytes or more in production" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1, done.stdout
