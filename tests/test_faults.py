"""Faults that a project's tests promise to find: each is planted in a project, whose tests then fail and say why."""

import shlex
import sys
from pathlib import Path

import pytest
from combinations import STACK, Combination, one_per
from faults import DJANGO, EVENTS, ONE_SIDED, ROWS, SQLALCHEMY, Fault
from rendering import Projects
from suites import Runners, Workplace, environment, run
from test_template import computed

each_stack = pytest.mark.parametrize("combination", one_per(*sorted(STACK)), ids=str)

TEST = "tests/unit/test_fault.py"
ISOLATION = "tests/integration/test_isolation.py"

FAULTS = [
    *ROWS,
    *ONE_SIDED,
    *EVENTS,
    Fault(
        "each batch of the seed command is committed",
        "src/shop/accounts/seeding.py",
        "        ids.extend(stored)\n",
        "        ids.extend(stored)\n        db.commit()\n",
        "tests/integration/test_seed_batches.py",
        "test_ctrl_c_writes_nothing_and_seed_can_be_run_again",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "the seed command writes outside a transaction",
        "src/shop/core/management/commands/seed.py",
        "with transaction.atomic():",
        "if transaction:",
        "tests/integration/test_seed_batches.py",
        "test_ctrl_c_writes_nothing_and_seed_can_be_run_again",
        stacks=DJANGO,
    ),
    Fault(
        "the seed command writes its progress to a log",
        "src/shop/core/seeding.py",
        "if sys.stderr.isatty():",
        "if sys.stderr:",
        "tests/integration/test_seed_batches.py",
        "test_no_progress_is_written_without_a_terminal",
    ),
    Fault(
        "the seed command shows no progress",
        "src/shop/core/seeding.py",
        "if sys.stderr.isatty():",
        "if False:",
        "tests/integration/test_seed_batches.py",
        "test_a_terminal_shows_the_progress_and_is_cleared_at_the_end",
    ),
    Fault(
        "the batches of the seed command overlap",
        "src/shop/core/seeding.py",
        "            yield range(start, min(start + BATCH, count))\n",
        "            yield range(start % 3, min(start + BATCH, count))\n",
        "tests/integration/test_seed_batches.py",
        "test_the_same_seed_makes_the_same_data_whatever_the_batch_size",
    ),
    Fault(
        "commits reach the outer transaction",
        "tests/plugins/session.py",
        '"create_savepoint"',
        '"control_fully"',
        ISOLATION,
        "left rows in",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "rollbacks reach the outer transaction",
        "tests/plugins/session.py",
        '"create_savepoint"',
        '"rollback_only"',
        ISOLATION,
        "test_a_rollback_of_the_test_keeps_what_it_committed_before",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "the outer transaction is committed",
        "tests/plugins/session.py",
        "transaction.rollback()",
        "transaction.commit()",
        ISOLATION,
        "left rows in",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "the application uses its own connection to the database",
        "tests/transactions.py",
        "        if engine.url.translate_connect_args() != database:\n            return raw_connection(engine)\n",
        "        return raw_connection(engine)\n",
        ISOLATION,
        "test_what_the_test_commits_is_seen_by_the_application",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "two transactions of the application interleave",
        "tests/transactions.py",
        "            self._wait()\n",
        "",
        "tests/integration/test_isolation_turns.py",
        "test_two_transactions_of_the_application_take_turns",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a savepoint is released without a transaction around it",
        "src/shop/core/database.py",
        '@event.listens_for(events, "savepoint")',
        '@event.listens_for(events, "savepoint", once=True)',
        ISOLATION,
        "test_a_savepoint_that_is_rolled_back_stores_nothing",
        stacks=SQLALCHEMY,
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
        "from tests.factories.accounts import UserFactory\n\n\ndef test_it():\n    UserFactory.create()\n",
        TEST,
        "A factory creates rows only with the `db` fixture",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a test raises a warning",
        TEST,
        "",
        "import warnings\n\n\ndef test_it():\n    warnings.warn('old', DeprecationWarning)\n",
        TEST,
        "DeprecationWarning: old",
    ),
    Fault(
        "a column has no migration",
        "src/shop/accounts/models.py",
        "    age: Mapped[int | None]\n",
        "    age: Mapped[int | None]\n    nickname: Mapped[str | None]\n",
        "tests/integration/test_migrations.py",
        "nickname",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a response contains the password hash",
        "src/shop/accounts/schemas.py",
        "class User(Output):\n    id: int\n",
        "class User(Output):\n    id: int\n    hashed_password: str\n",
        "tests/integration/test_accounts.py",
        "hashed_password",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a response names a field differently from its consumers",
        "src/shop/orders/schemas.py",
        "    payment_status: PaymentStatus\n    total: Money\n",
        "    payment_status: PaymentStatus\n    sum: Money = Field(validation_alias='total')\n",
        "tests/pact/test_provider.py",
        "Actual map is missing the following keys: total",
    ),
    Fault(
        "a request names a field differently from the external service",
        "src/shop/orders/payments.py",
        '"amount": float(amount)',
        '"sum": float(amount)',
        "tests/pact/test_orders.py",
        "Expected a Map with keys [amount, order_id] but received one with keys [order_id, sum]",
    ),
    Fault(
        "an order is lost",
        "src/shop/orders/services.py",
        "db.commit()\n    except IntegrityError:  # another request has deleted the user since\n",
        "db.flush()\n    except IntegrityError:\n",
        "tests/e2e/test_orders.py",
        # A line of the server's log, which the test report shows.
        '"GET /api/v1/orders/1 HTTP/1.1" 404',
        stacks=SQLALCHEMY,
    ),
    Fault(
        "lists are slowed tenfold",
        "src/shop/resources/services.py",
        "    return list(resources)\n",
        "    await __import__('asyncio').sleep(2.5)\n    return list(resources)\n",
        "tests/load/test_runs.py::test_a_run_meets_its_thresholds_and_writes_its_reports",
        "GET /api/v1/resources took",
        ("-m", "load"),
        stacks=("async",),
    ),
    Fault(
        "lists are slowed tenfold",
        "src/shop/resources/services.py",
        "    return list(resources)\n",
        "    __import__('time').sleep(2.5)\n    return list(resources)\n",
        "tests/load/test_runs.py::test_a_run_meets_its_thresholds_and_writes_its_reports",
        "GET /api/v1/resources took",
        ("-m", "load"),
        stacks=("sync", "flask"),
    ),
    Fault(
        "an amount becomes a string",
        "src/shop/orders/schemas.py",
        "PlainSerializer(float, return_type=float)",
        "PlainSerializer(str, return_type=str)",
        "tests/snapshot/test_orders.py::test_ordering_returns_the_order",
        '+         "unit_price": "19.99"',
    ),
    Fault(
        "the description of the API changes",
        "src/shop/orders/schemas.py",
        "class Product(Output):\n    id: int\n    name: str\n",
        "class Product(Output):\n    id: int\n    name: str | None\n",
        "tests/snapshot/test_openapi.py",
        "FAILED tests/snapshot/test_openapi.py::test_openapi[orders]",
    ),
    Fault(
        "a snapshot is no longer used",
        "tests/snapshot/__snapshots__/test_orders/test_gone.json",
        "",
        "{}\n",
        "tests/snapshot",
        "1 snapshot unused",
    ),
    Fault(
        "an operation answers a status that is not described",
        "src/shop/core/services.py",
        "    return Health()\n",
        "    from .exceptions import ApiError\n\n    ApiError.status = 418\n    raise ApiError\n",
        "tests/contract/test_operations.py",
        "Received: 418",
        ("-k", "GET and health"),
        stacks=SQLALCHEMY,
    ),
    Fault(
        "an operation fails",
        "src/shop/core/services.py",
        "    return Health()\n",
        "    from .exceptions import ApiError\n\n    ApiError.status = 500\n    raise ApiError\n",
        "tests/contract/test_operations.py",
        "Server error",
        ("-k", "GET and health"),
        stacks=SQLALCHEMY,
    ),
    Fault(
        "an operation returns the password hash",
        "src/shop/accounts/schemas.py",
        "class User(Output):\n    id: int\n",
        "class User(Output):\n    id: int\n    hashed_password: str\n",
        "tests/contract/test_operations.py",
        "Custom check failed: `no_secret`",
        ("-k", "GET and profile"),
        stacks=SQLALCHEMY,
    ),
    Fault(
        "an operation returns the password hash",
        "src/shop/accounts/schemas.py",
        "class User(Output):\n    id: int\n",
        "class User(Output):\n    id: int\n    password: str\n",
        "tests/contract/test_operations.py",
        "Custom check failed: `no_secret`",
        ("-k", "GET and profile"),
        stacks=DJANGO,
    ),
    Fault(
        "an operation is left out of the contract tests",
        "tests/contract/test_operations.py",
        "@schema.parametrize()",
        "@schema.exclude(path='/health').parametrize()",
        "tests/contract/test_operations.py",
        "'GET /health'",
        ("-k", "exercised"),
    ),
    Fault(
        "an operation has no existing row to succeed with",
        "tests/contract/existing.py",
        "    return rows\n",
        '    return rows | {"order_id": type("Nothing", (), {"id": 0})}\n',
        "tests/contract/test_operations.py",
        "[POST /api/v1/orders/{order_id}/pay][admin, user, stranger] never succeeded",
        ("-k", "pay"),
    ),
    Fault(
        "a test commits",
        TEST,
        "",
        "from tests.factories.accounts import UserFactory\n\n\ndef test_other(db):\n    UserFactory()\n\n\n"
        "def test_it(django_db_setup, django_db_blocker):\n"
        "    with django_db_blocker.unblock():\n        UserFactory()\n",
        TEST,
        "left rows in accounts_user",
        stacks=DJANGO,
    ),
    Fault(
        "a factory creates rows without a database",
        TEST,
        "",
        "from tests.factories.accounts import UserFactory\n\n\ndef test_it():\n    UserFactory()\n",
        TEST,
        "Database access not allowed",
        stacks=DJANGO,
    ),
    Fault(
        "a column has no migration",
        "src/shop/accounts/models.py",
        "    is_active = models.BooleanField(default=True)\n",
        "    is_active = models.BooleanField(default=True)\n    nickname = models.TextField(default='')\n",
        "tests/integration/test_migrations.py",
        "nickname",
        stacks=DJANGO,
    ),
    Fault(
        "a response contains the password hash",
        "src/shop/accounts/schemas.py",
        "class User(Output):\n    id: int\n",
        "class User(Output):\n    id: int\n    password: str\n",
        "tests/integration/test_accounts.py",
        "test_no_response_contains_a_secret",
        stacks=DJANGO,
    ),
    Fault(
        "a list runs a query for each of its rows",
        "src/shop/orders/services.py",
        'Order.objects.prefetch_related("items")',
        "Order.objects.all()",
        "tests/integration/test_queries.py",
        "test_a_list_takes_as_many_queries_for_many_rows_as_for_one[GET /api/v1/orders]",
        stacks=DJANGO,
    ),
    Fault(
        "an order is lost",
        "src/shop/orders/services.py",
        "                for item in data.items\n            )\n",
        "                for item in data.items\n            )\n            transaction.set_rollback(True)\n",
        "tests/e2e/test_orders.py",
        '"GET /api/v1/orders/1 HTTP/1.1" 404',
        stacks=DJANGO,
    ),
    Fault(
        "lists are slowed tenfold",
        "src/shop/resources/services.py",
        '    return list(Resource.objects.order_by("id")[part(page)])\n',
        "    __import__('time').sleep(2.5)\n    return list(Resource.objects.order_by('id')[part(page)])\n",
        "tests/load/test_runs.py::test_a_run_meets_its_thresholds_and_writes_its_reports",
        "GET /api/v1/resources took",
        ("-m", "load"),
        DJANGO,
    ),
    Fault(
        "an operation answers a status that is not described",
        "src/shop/core/api.py",
        "    return schemas.Health()\n",
        "    from .exceptions import ApiError\n\n    ApiError.status = 418\n    raise ApiError\n",
        "tests/contract/test_operations.py",
        "Received: 418",
        ("-k", "GET and health"),
        DJANGO,
    ),
    Fault(
        "an operation fails",
        "src/shop/core/api.py",
        "    return schemas.Health()\n",
        "    from .exceptions import ApiError\n\n    ApiError.status = 500\n    raise ApiError\n",
        "tests/contract/test_operations.py",
        "Server error",
        ("-k", "GET and health"),
        DJANGO,
    ),
    Fault(
        "a connection is kept while a payment is made",
        "src/shop/orders/services.py",
        "db.commit()  # the connection is free while the external service answers",
        "db.flush()",
        "tests/e2e/test_orders_payments.py",
        "test_requests_that_wait_for_the_external_service_do_not_block_others",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a connection is kept while external data is fetched",
        "src/shop/resources/services.py",
        "db.commit()  # the connection is free while the external service answers",
        "db.flush()",
        "tests/integration/test_resources_external_data.py",
        "{'busy': True}",
        stacks=("fastapi",),
    ),
    Fault(
        "a connection is kept while external data is fetched",
        "src/shop/resources/services.py",
        "db.commit()  # the connection is free while the external service answers",
        "db.flush()",
        "tests/integration/test_resources_connections.py",
        "{'busy': True}",
        stacks=("flask",),
    ),
    Fault(
        "a connection is kept while a password is checked",
        "src/shop/accounts/services.py",
        "db.commit()  # the connection is free while the password is checked",
        "db.flush()",
        "tests/integration/test_accounts_login_costs.py",
        "test_signing_in_holds_no_connection_while_the_password_is_checked",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a connection is kept after authenticating the caller",
        "src/shop/accounts/services.py",
        "db.commit()  # the connection is free until the caller's request needs it",
        "db.flush()",
        "tests/integration/test_accounts_login_costs.py",
        "test_authenticating_leaves_no_transaction_open",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a slow external service can take every thread",
        "src/shop/core/external.py",
        "MAX_CALLS = 200",
        "MAX_CALLS = 1000",
        "tests/unit/test_threads.py",
        "test_a_slow_service_leaves_threads_for_other_requests",
        stacks=("sync", "flask", "django"),
    ),
    Fault(
        "a finished call keeps its slot",
        "src/shop/core/external.py",
        "self._free_calls.release()",
        "pass",
        "tests/unit/test_external.py",
        "test_a_call_beyond_the_limit_fails_at_once_and_a_finished_one_frees_its_slot",
    ),
    Fault(
        "there are fewer threads than callers",
        "gunicorn.conf.py",
        "threads = 300",
        "threads = 10",
        "tests/e2e/test_orders_payments.py",
        "test_requests_that_wait_for_the_external_service_do_not_block_others",
        stacks=("flask", "django"),
    ),
    Fault(
        "there are fewer threads than callers",
        "src/shop/app.py",
        "MAX_REQUESTS + 20",
        "10",
        "tests/e2e/test_orders_payments.py",
        "test_requests_that_wait_for_the_external_service_do_not_block_others",
        stacks=("sync",),
    ),
    Fault(
        "an order is cancelled while its payment is in flight",
        "src/shop/orders/services.py",
        '            Order.payment_status == "unpaid",\n',
        '            Order.payment_status.in_(["unpaid", "processing"]),\n',
        "tests/e2e/test_orders_payments.py",
        "test_an_order_is_neither_cancelled_nor_deleted_while_its_payment_is_in_progress[accepted]",
        ("-k", "in_progress"),
        SQLALCHEMY,
    ),
    Fault(
        "an order is cancelled while its payment is in flight",
        "src/shop/orders/services.py",
        "            payment_status=Order.PaymentStatus.UNPAID,\n        ).update(status",
        '            payment_status__in=["unpaid", "processing"],\n        ).update(status',
        "tests/e2e/test_orders_payments.py",
        "test_an_order_is_neither_cancelled_nor_deleted_while_its_payment_is_in_progress[accepted]",
        ("-k", "in_progress"),
        DJANGO,
    ),
    Fault(
        "a user is deleted while their payment is in flight",
        "src/shop/orders/services.py",
        "deletion_checks.append(refuse_while_paying)\n",
        "",
        "tests/e2e/test_orders_payments.py",
        "test_an_order_is_neither_cancelled_nor_deleted_while_its_payment_is_in_progress[accepted]",
        ("-k", "in_progress"),
        SQLALCHEMY,
    ),
    Fault(
        "a user is deleted while their payment is in flight",
        "src/shop/orders/models.py",
        "@receiver(pre_delete, sender=User)\n",
        "",
        "tests/e2e/test_orders_payments.py",
        "test_an_order_is_neither_cancelled_nor_deleted_while_its_payment_is_in_progress[accepted]",
        ("-k", "in_progress"),
        DJANGO,
    ),
    Fault(
        "a payment of unknown outcome counts as declined",
        "src/shop/orders/payments.py",
        '    with logged("payment"):\n',
        '    with __import__("contextlib").suppress(Exception), logged("payment"):\n',
        "tests/integration/test_orders_payments.py",
        "test_a_payment_of_unknown_outcome_is_settled_by_paying_again[timeout]",
    ),
    Fault(
        "a declined payment ends another one",
        "src/shop/orders/services.py",
        ", Order.payment_key == key)",
        ")",
        "tests/integration/test_orders_payments.py",
        "test_a_payment_does_not_overwrite_what_a_concurrent_request_stored[begun elsewhere, declined here]",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a declined payment ends another one",
        "src/shop/orders/services.py",
        "        payment_key=order.payment_key,\n",
        "",
        "tests/integration/test_orders_payments.py",
        "test_a_payment_does_not_overwrite_what_a_concurrent_request_stored[begun elsewhere, declined here]",
        stacks=DJANGO,
    ),
    Fault(
        "an order that another request has paid is settled again",
        "src/shop/orders/services.py",
        'Order.payment_status == "processing", Order.payment_key == key)',
        "Order.payment_key == key)",
        "tests/integration/test_orders_payments.py",
        "test_a_payment_does_not_overwrite_what_a_concurrent_request_stored[paid elsewhere, declined here]",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "an order that another request has paid is settled again",
        "src/shop/orders/services.py",
        "        payment_status=Order.PaymentStatus.PROCESSING,\n        payment_key=",
        "        payment_key=",
        "tests/integration/test_orders_payments.py",
        "test_a_payment_does_not_overwrite_what_a_concurrent_request_stored[paid elsewhere, declined here]",
        stacks=DJANGO,
    ),
    Fault(
        "a row that another request has deleted is changed",
        "src/shop/resources/services.py",
        "except StaleDataError:",
        "except ZeroDivisionError:",
        "tests/integration/test_resources_races.py",
        "test_changing_a_resource_that_has_just_been_deleted_is_not_found",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a row that another request has deleted is changed",
        "src/shop/resources/services.py",
        "    if not updated:",
        "    if False:",
        "tests/integration/test_resources_races.py",
        "test_changing_a_resource_that_has_just_been_deleted_is_not_found",
        stacks=DJANGO,
    ),
    Fault(
        "a list is evaluated after the view has returned",
        "src/shop/orders/services.py",
        'list(Product.objects.order_by("id")[part(page)])',
        'Product.objects.order_by("id")[part(page)]',
        "tests/integration/test_health.py",
        "test_an_operation_is_unavailable_when_the_database_does_not_answer[GET /api/v1/products]",
        stacks=DJANGO,
    ),
]


@pytest.fixture
def project(projects: Projects, combination: Combination, workplace: Workplace) -> Path:
    """A project to plant faults in."""
    return workplace.become(projects.get(combination.data | {"package_name": "shop"}))


@pytest.mark.parametrize(
    ("combination", "fault"),
    [
        pytest.param(combination, fault, id=f"{combination}-{fault}")
        for combination in one_per(*sorted(STACK), example="shop")
        for fault in FAULTS
        if {*combination.stack} & {*fault.stacks}
    ],
)
def test_a_fault_turns_the_suite_red(
    projects: Projects, combination: Combination, workplace: Workplace, fault: Fault, runners: Runners
) -> None:
    data = combination.data | {"package_name": "shop", "test_layers": fault.layers}
    data["use_websockets"] = fault.websockets or data["use_websockets"]
    project = workplace.become(projects.get(data))
    fault.plant(project)
    outcome = runners.suite(combination["framework"], project, "-q", *fault.options, fault.tests)
    assert outcome.exit_code == pytest.ExitCode.TESTS_FAILED, outcome.output
    assert fault.said in outcome.output


@each_stack
@pytest.mark.parametrize("variable", ["DATABASE_URL", "TEST_DATABASE_URL"])
@pytest.mark.parametrize("name", ["shop.db", "latest.db"])
def test_a_database_that_is_not_a_test_database_is_refused_and_not_touched(
    project: Path, combination: Combination, runners: Runners, variable: str, name: str
) -> None:
    database = project / name
    database.write_bytes(b"precious")
    outcome = runners.suite(combination["framework"], project, "-q", **{variable: f"sqlite:///{database}"})
    assert outcome.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"{variable} does not name a test database" in outcome.output
    assert len(outcome.output.strip().splitlines()) == 1, outcome.output
    assert database.read_bytes() == b"precious"


@each_stack
@pytest.mark.parametrize("secret", [None, "short"])
def test_production_does_not_start_on_a_weak_secret(
    project: Path, combination: Combination, secret: str | None
) -> None:
    settings = {"ENVIRONMENT": "production"} | ({"SECRET_KEY": secret} if secret else {})
    variables = environment(PYTHONPATH="src", DATABASE_URL="sqlite:///test.db", **settings)
    serve = computed(combination.data | {"package_name": "shop"})["serve"]
    done = run(project, sys.executable, "-m", *shlex.split(serve), **variables)
    assert done.returncode == 1
    assert "SECRET_KEY must be a secret of 32 bytes or more in production" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1, done.stdout
