"""Faults that a project's own tests have to find: in its events, and in how its rows are read and changed."""

from dataclasses import dataclass
from pathlib import Path

from combinations import questions
from suites import write

LAYERS = questions()["test_layers"]["choices"].values()
SQLALCHEMY = ("fastapi", "flask")
DJANGO = ("django",)

NAMED = "changed rows that it does not name"
SERVICES = "src/shop/{}/services.py"
CANCELLING = "tests/integration/test_orders_cancelling.py::test_cancelling_a_pending_order_cancels_it"
ORDER = "tests/integration/test_orders.py::test_the_order_of_another_user_is_not_found"
RESOURCE = "tests/integration/test_resources.py::TestResourceAPI::test_{}"
PAYING = "tests/integration/test_orders_payments.py"
OF_A_CALLER = "            Order.id == order_id,\n            Order.user_id == caller.id,\n"
CAN_BE_CANCELLED = 'Order.status == "pending",\n            Order.payment_status == "unpaid",\n'
CAN_BE_PAID = 'Order.status == "pending",\n            Order.payment_status.in_('
OF_A_CALLER_OF_DJANGO = "            id=order_id,\n            user=caller,\n"
DELETED = "tests/integration/test_accounts_users.py::test_a_user_deletes_themselves_and_is_signed_out"
SENT = "tests/integration/test_resources_redis.py"
PAUSES = "tests/integration/test_resources_external_data.py"


@dataclass(frozen=True)
class Fault:
    """A change to a project that its own tests have to find."""

    name: str
    file: str
    old: str
    """The text that is replaced; empty if the file is new."""
    new: str
    tests: str
    said: str
    options: tuple[str, ...] = ()
    """Further pytest options for those tests."""
    stacks: tuple[str, ...] = ("fastapi", "flask", "django")
    """The frameworks, or kinds of database access, whose projects have the replaced code."""
    websockets: bool = False
    """Whether it is planted in a project with websockets."""

    @property
    def layers(self) -> list[str]:
        """The optional layers that the tests belong to."""
        return [layer for layer in LAYERS if layer in Path(self.tests).parts]

    def plant(self, project: Path) -> None:
        """Make the change."""
        file = project / self.file
        source = file.read_text(encoding="utf-8") if self.old else ""
        assert self.old in source, f"{self.file} has changed: update where the fault is planted"
        write(file, (source.replace(self.old, self.new, 1) if self.old else self.new).encode())

    def __str__(self) -> str:
        """Return the fault's name."""
        return self.name


STORED = """\
        await db.commit()
    except IntegrityError:  # another request has deleted the owner since
        await db.rollback()
        raise NotAuthenticatedError from None
    created = [schemas.Resource.model_validate(resource) for resource in resources]
    await publish("resource.created", created)
"""
ANNOUNCED = STORED.replace("commit", "flush") + "    await db.commit()\n"
RELAY, RELAYED = "src/shop/updates/relay.py", "tests/integration/test_updates_relay.py"
EVENTS = [
    Fault(
        "an event is sent before the commit",
        SERVICES.format("resources"),
        STORED,
        ANNOUNCED,
        SENT,
        "test_an_event_is_sent_after_its_transaction_is_committed",
        stacks=("async",),
        websockets=True,
    ),
    Fault(
        "an event is sent before the commit",
        SERVICES.format("resources"),
        STORED.replace("await ", ""),
        ANNOUNCED.replace("await ", ""),
        SENT,
        "test_an_event_is_sent_after_its_transaction_is_committed",
        stacks=("sync", "flask"),
        websockets=True,
    ),
    Fault(
        "an event is sent before the commit",
        "src/shop/updates/events.py",
        "transaction.on_commit(send, robust=True)",
        "send()",
        "tests/integration/test_updates_redis.py",
        "test_an_event_of_a_transaction_that_is_rolled_back_is_not_sent",
        stacks=DJANGO,
        websockets=True,
    ),
    Fault(
        "a request fails if its event cannot be sent",
        RELAY,
        'logger.error("Events are lost, Redis did not accept them: %r", error)  # noqa: TRY400',
        "raise",
        SENT,
        "test_a_request_succeeds_although_its_event_is_lost",
        websockets=True,
    ),
    Fault(
        "events do not leave their process",
        "src/shop/updates/events.py",
        "    if relay:\n",
        "    if False:\n",
        "tests/e2e/test_resources_processes.py::test_an_event_reaches_the_sockets_of_every_process",
        "TimeoutError",
        websockets=True,
    ),
    Fault(
        "events reach applications on other Redis databases",
        RELAY,
        "{pool.connection_kwargs.get('db') or 0}",
        "{0}",
        RELAYED,
        "test_a_message_stays_in_its_database",
        websockets=True,
    ),
    Fault(
        "the listener does not reconnect",
        RELAY,
        "        while not self._closed:\n            if subscription:",
        "        for _ in range(1):\n            if subscription:",
        RELAYED,
        "No message arrives",
        websockets=True,
    ),
    Fault(
        "the listener does not notice that Redis does not answer",
        RELAY,
        "if message is None and asked:",
        "if False:",
        RELAYED,
        "test_a_message_that_cannot_be_sent_is_logged_and_later_ones_arrive[frozen]",
        websockets=True,
    ),
    Fault(
        "several workers start without Redis",
        "src/shop/core/workers.py",
        "count_workers() > 1",
        "count_workers() > 9",
        "tests/unit/test_workers.py",
        "test_several_workers_without_redis_are_refused_in_one_line",
        stacks=("fastapi", "django"),
        websockets=True,
    ),
    Fault(
        "several workers start without Redis",
        "gunicorn.conf.py",
        "server.cfg.workers > 1",
        "server.cfg.workers > 9",
        "tests/unit/test_workers.py",
        "test_several_workers_without_redis_are_refused_in_one_line",
        stacks=("flask",),
        websockets=True,
    ),
]

ROWS = [
    Fault(
        "cancelling an order cancels those of other users",
        SERVICES.format("orders"),
        f"{OF_A_CALLER}            {CAN_BE_CANCELLED}",
        f"            {CAN_BE_CANCELLED}",
        CANCELLING,
        NAMED,
        stacks=SQLALCHEMY,
    ),
    Fault(
        "cancelling an order cancels those of other users",
        SERVICES.format("orders"),
        f"{OF_A_CALLER_OF_DJANGO}            status=Order.Status.PENDING,\n            payment_status=",
        "            status=Order.Status.PENDING,\n            payment_status=",
        CANCELLING,
        NAMED,
        stacks=DJANGO,
    ),
    Fault(
        "cancelling an order cancels every order",
        SERVICES.format("orders"),
        f"        .where(\n{OF_A_CALLER}            {CAN_BE_CANCELLED}        )\n",
        "",
        CANCELLING,
        NAMED,
        stacks=SQLALCHEMY,
    ),
    Fault(
        "cancelling an order cancels every order",
        SERVICES.format("orders"),
        f"{OF_A_CALLER_OF_DJANGO}            status=Order.Status.PENDING,\n"
        "            payment_status=Order.PaymentStatus.UNPAID,\n",
        "",
        CANCELLING,
        NAMED,
        stacks=DJANGO,
    ),
    Fault(
        "paying an order pays every unpaid one",
        SERVICES.format("orders"),
        f"{OF_A_CALLER}            {CAN_BE_PAID}",
        f"            {CAN_BE_PAID}",
        PAYING,
        NAMED,
        stacks=SQLALCHEMY,
    ),
    Fault(
        "paying an order pays every unpaid one",
        SERVICES.format("orders"),
        f"{OF_A_CALLER_OF_DJANGO}            status=Order.Status.PENDING,\n            payment_status__in",
        "            status=Order.Status.PENDING,\n            payment_status__in",
        PAYING,
        NAMED,
        stacks=DJANGO,
    ),
    Fault(
        "a payment settles every payment in progress",
        SERVICES.format("orders"),
        '.where(Order.id == order.id, Order.payment_status == "processing", Order.payment_key == key)',
        '.where(Order.payment_status == "processing")',
        PAYING,
        NAMED,
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a payment settles every payment in progress",
        SERVICES.format("orders"),
        "        id=order.id,\n        payment_status=Order.PaymentStatus.PROCESSING,\n"
        "        payment_key=order.payment_key,\n",
        "        payment_status=Order.PaymentStatus.PROCESSING,\n",
        PAYING,
        NAMED,
        stacks=DJANGO,
    ),
    Fault(
        "an order is read without its id",
        SERVICES.format("orders"),
        "db.get(Order, order_id)",
        "db.scalar(select(Order).where(Order.user_id == caller.id))",
        CANCELLING,
        "FAILED tests/integration/test_orders_cancelling.py",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "an order to change is read without its id",
        SERVICES.format("orders"),
        "filter(id=order_id, user=caller)",
        "filter(user=caller)",
        CANCELLING,
        "FAILED tests/integration/test_orders_cancelling.py",
        stacks=DJANGO,
    ),
    Fault(
        "an order is read without its id",
        SERVICES.format("orders"),
        "get_readable_orders(caller).filter(id=order_id).first()",
        "get_readable_orders(caller).first()",
        ORDER,
        "test_the_order_of_another_user_is_not_found",
        stacks=DJANGO,
    ),
    Fault(
        "a resource is read without its id",
        SERVICES.format("resources"),
        "db.get(Resource, resource_id)",
        "db.scalar(select(Resource).where(Resource.id != 0))",
        RESOURCE.format("read_resource_without_signing_in"),
        "FAILED tests/integration/test_resources.py",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a resource is read without its id",
        SERVICES.format("resources"),
        "Resource.objects.filter(id=resource_id).first()",
        "Resource.objects.first()",
        RESOURCE.format("read_resource_without_signing_in"),
        "FAILED tests/integration/test_resources.py",
        stacks=DJANGO,
    ),
    Fault(
        "deleting a resource deletes all of its owner's",
        SERVICES.format("resources"),
        "where(Resource.id == resource.id)",
        "where(Resource.owner_id == caller.id)",
        RESOURCE.format("delete_resource_owner_only"),
        NAMED,
        stacks=SQLALCHEMY,
    ),
    Fault(
        "deleting a resource deletes all of its owner's",
        SERVICES.format("resources"),
        "deleted, _ = get_resource_to_change(resource_id, caller).delete()",
        "get_resource_to_change(resource_id, caller)\n    deleted, _ = Resource.objects.filter(owner=caller).delete()",
        RESOURCE.format("delete_resource_owner_only"),
        NAMED,
        stacks=DJANGO,
    ),
    Fault(
        "a user is read without their id",
        SERVICES.format("accounts"),
        "db.get(User, user_id)\n    if",
        "db.scalar(select(User).where(User.id != 0))\n    if",
        "tests/integration/test_accounts_users.py::test_reading_another_user_shows_all_but_the_password",
        "FAILED tests/integration/test_accounts_users.py",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "a user is read without their id",
        SERVICES.format("accounts"),
        "User.objects.filter(id=user_id).first()",
        "User.objects.first()",
        "tests/integration/test_accounts_users.py::test_reading_another_user_shows_all_but_the_password",
        "FAILED tests/integration/test_accounts_users.py",
        stacks=DJANGO,
    ),
    Fault(
        "deleting a user deletes every user",
        SERVICES.format("accounts"),
        "delete(User).where(User.id == user.id)",
        "delete(User)",
        DELETED,
        NAMED,
        stacks=SQLALCHEMY,
    ),
    Fault(
        "deleting a user deletes every user",
        SERVICES.format("accounts"),
        "deleted, _ = user.delete()",
        "deleted, _ = User.objects.all().delete()",
        DELETED,
        "FAILED tests/integration/test_accounts_users.py",
        stacks=DJANGO,
    ),
    Fault(
        "the check before deleting a user looks at all users",
        SERVICES.format("accounts"),
        "User.objects.filter(id=user.id).delete()\n            connection",
        "User.objects.all().delete()\n            connection",
        "tests/integration/test_accounts_leftovers.py",
        "test_the_admin_site_deletes_a_user_without_references",
        stacks=DJANGO,
    ),
    *(
        Fault(
            f"{subject}: {model} rows are listed without an order",
            SERVICES.format(subject),
            f".order_by({model}.id)",
            "",
            "tests/integration/test_conventions_lists.py",
            f"test_a_list_returns_the_first_20_rows_by_id_by_default[GET /api/v1/{path}]",
            stacks=SQLALCHEMY,
        )
        for subject, model, path in (
            ("accounts", "User", "users"),
            ("resources", "Resource", "resources"),
            ("orders", "Product", "products"),
            ("orders", "Order", "orders"),
        )
    ),
    *(
        Fault(
            f"{subject}: {path} are listed without an order",
            SERVICES.format(subject),
            f'{rows}.order_by("id")[part(page)]',
            f"{rows}.all()[part(page)]",
            "tests/integration/test_conventions_lists.py",
            f"test_a_list_returns_the_first_20_rows_by_id_by_default[GET /api/v1/{path}]",
            stacks=DJANGO,
        )
        for subject, rows, path in (
            ("accounts", "User.objects", "users"),
            ("resources", "Resource.objects", "resources"),
            ("orders", "Product.objects", "products"),
            ("orders", "get_readable_orders(caller)", "orders"),
        )
    ),
    Fault(
        "operations share an id in the OpenAPI document",
        "src/shop/core/openapi.py",
        'rule.endpoint.rpartition(".")[2]',
        'rule.endpoint.rpartition(".")[0]',
        "tests/unit/test_document.py",
        "test_the_ids_of_operations_are_unique",
        stacks=("flask",),
    ),
    Fault(
        "two schemas have the same title",
        "src/shop/core/openapi.py",
        'name.rpartition(".")[2]: schema',
        "name: schema",
        "tests/unit/test_document.py",
        "test_every_schema_is_used_and_has_its_name_as_title",
        stacks=("flask",),
    ),
    Fault(
        "the OpenAPI document keeps an unused component",
        "src/shop/api.py",
        "del schemas[name]",
        "schemas[name]",
        "tests/unit/test_document.py",
        "test_every_schema_is_used_and_has_its_name_as_title",
        stacks=DJANGO,
    ),
    Fault(
        "operations have no tag",
        "src/shop/orders/router.py",
        'APIRouter(tags=["orders"])',
        "APIRouter()",
        "tests/unit/test_document.py",
        "test_an_operation_has_one_tag_and_an_id",
        stacks=("fastapi",),
    ),
    Fault(
        "an operation does not declare that it needs no token",
        "src/shop/core/document.py",
        '        operation.setdefault("security", [])',
        '        operation.get("security", [])',
        "tests/unit/test_document.py",
        "test_an_operation_says_whether_it_needs_a_token",
    ),
    Fault(
        "the pauses between attempts do not grow",
        "src/shop/core/external.py",
        "wait_exponential(multiplier=retry_wait)",
        "__import__('tenacity').wait_fixed(retry_wait)",
        "tests/unit/test_external.py",
        "test_the_pauses_between_attempts_grow",
    ),
    *(
        Fault(
            "the pauses between attempts ignore the settings",
            f"src/shop/core/{module}.py",
            "settings.external_api_retry_wait",
            "0.2",
            PAUSES,
            "test_the_first_pause_between_attempts_is_the_one_of_the_settings",
            stacks=(framework,),
        )
        for framework, module in (
            ("fastapi", "dependencies"),
            ("flask", "context"),
            ("django", "services"),
        )
    ),
    Fault(
        "the health check does not query the database",
        "src/shop/core/services.py",
        "db.execute(select(1))",
        "db.commit()",
        "tests/integration/test_health.py",
        "test_health_is_unavailable_when_the_database_does_not_answer",
        stacks=SQLALCHEMY,
    ),
    Fault(
        "the health check does not query the database",
        "src/shop/core/api.py",
        'cursor.execute("SELECT 1")',
        "cursor.description",
        "tests/integration/test_health.py",
        "test_health_queries_the_database_even_if_a_connection_is_open",
        stacks=DJANGO,
    ),
    *(
        Fault(
            f"an inactive admin keeps permissions on the admin site: {method}",
            "src/shop/accounts/models.py",
            f"{arguments}) -> bool:\n        return self.is_active and",
            f"{arguments}) -> bool:\n        return self.is_active or",
            "tests/integration/test_accounts_admin_site.py",
            "test_only_an_active_admin_has_permissions",
            stacks=DJANGO,
        )
        for method, arguments in (
            ("has_perm", "_obj: object = None"),
            ("has_module_perms", "_app_label: str"),
        )
    ),
]

# Comparisons of ids and keys: each is planted so that it holds for the right row, and for all rows on one side of it.
COMPARISONS = [
    ("accounts", "caller.id != user.id and", "caller.id {} user.id and", "accounts_users", SQLALCHEMY + DJANGO),
    ("resources", "owner_id != caller.id", "owner_id {} caller.id", "resources", SQLALCHEMY + DJANGO),
    ("orders", "(order.user_id != caller.id", "(order.user_id {} caller.id", "orders", SQLALCHEMY),
    ("orders", "if order.user_id != caller.id", "if order.user_id {} caller.id", "orders", SQLALCHEMY),
    ("orders", "statement.where(Order.user_id == ", "statement.where(Order.user_id {}= ", "orders", SQLALCHEMY),
    ("orders", ".where(Order.user_id == user", ".where(Order.user_id {}= user", "orders_cancelling", SQLALCHEMY),
    ("orders", "Order.id == order_id", "Order.id {}= order_id", "orders_cancelling", SQLALCHEMY),
    ("orders", "Order.payment_key == key", "Order.payment_key {}= key", "orders_payments", SQLALCHEMY),
    ("resources", "Resource.id == resource.id", "Resource.id {}= resource.id", "resources", SQLALCHEMY),
    ("accounts", "delete(User).where(User.id == ", "delete(User).where(User.id {}= ", "accounts_users", SQLALCHEMY),
    ("orders", "filter(user=caller)", "filter(user_id__{}te=caller.id)", "orders", DJANGO),
    ("orders", "id=order_id, user=caller", "id=order_id, user_id__{}te=caller.id", "orders", DJANGO),
    ("orders", "            id=order_id,\n", "            id__{}te=order_id,\n", "orders_cancelling", DJANGO),
]
ONE_SIDED = [
    Fault(
        f"{subject}: {new.format(operator).strip()}",
        SERVICES.format(subject),
        old,
        new.format(operator),
        f"tests/integration/test_{tests}.py",
        f"FAILED tests/integration/test_{tests}.py",
        stacks=stacks,
    )
    for subject, old, new, tests, stacks in COMPARISONS
    for operator in ("lg" if "__" in new else "<>")
]
