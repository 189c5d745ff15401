"""The simulated users, the thresholds of a run, and how the number of users changes."""

import socket
import time
from collections import Counter
from collections.abc import Callable

import pytest
from locust import LoadTestShape, User, events
from locust.argument_parser import parse_options
from locust.env import Environment
from locust.util.load_locustfile import load_locustfile

from tests.environment import ROOT
from tests.load import shapes, thresholds

Loaded = tuple[dict[str, type[User]], list[LoadTestShape]]
MakeEnvironment = Callable[..., Environment]


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    """The user and shape classes that Locust finds in the locustfile."""
    return load_locustfile(str(ROOT / "tests" / "load" / "locustfile.py"))


@pytest.fixture
def make_environment(loaded: Loaded) -> MakeEnvironment:
    """Makes the environment of a run with these options."""
    users, _ = loaded

    def make(*options: str) -> Environment:
        environment = Environment(
            user_classes=list(users.values()), events=events, parsed_options=parse_options(options)
        )
        environment.create_local_runner()
        return environment

    return make


def test_loading_it_leaves_sockets_and_clocks_as_they_were(loaded: Loaded) -> None:
    users, _ = loaded

    assert users.keys() == {"WebUser", "AdminUser"}
    assert socket.socket.__module__ == "socket"
    assert time.sleep.__module__ == "time"


def test_a_customer_mostly_browses_and_rarely_leaves(loaded: Loaded) -> None:
    users, _ = loaded

    weights = Counter(getattr(task, "__name__", "") for task in users["WebUser"].tasks)

    assert weights == {
        "list_resources": 30,
        "place_order": 20,
        "create_resource": 10,
        "leave": 1,
    }


def test_an_admin_is_simulated_only_if_one_is_named(make_environment: MakeEnvironment) -> None:
    named = make_environment("--admin-email", "admin@example.com", "--admin-password", "secret")
    nameless = make_environment()

    for environment in (named, nameless):
        events.init.fire(environment=environment, runner=environment.runner, web_ui=None)

    assert named.user_classes_by_name.keys() == {"WebUser", "AdminUser"}
    assert nameless.user_classes_by_name.keys() == {"WebUser"}


@pytest.mark.parametrize(
    ("method", "name", "milliseconds", "options"),
    [
        ("GET", "/api/v1/resources", 490, []),
        ("GET", "/api/v1/resources", 900, ["--max-p95", "1000"]),
        ("POST", "/api/v1/login", 1900, []),
        ("POST", "/api/v1/register", 1900, []),
    ],
)
def test_a_run_within_its_thresholds_ends_with_0(
    method: str,
    name: str,
    milliseconds: int,
    options: list[str],
    make_environment: MakeEnvironment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = make_environment(*options)
    for _ in range(100):
        environment.stats.log_request(method, name, milliseconds, 10)
    environment.stats.log_error(method, name, "500")

    thresholds.decide(environment)

    assert environment.process_exit_code == 0
    assert not caplog.messages


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--max-failure-rate", "0.05"], "10.0% of the requests failed (at most 5.0%)"),
        (["--max-p95", "300"], "GET /api/v1/resources took 400 ms at its p95 (at most 300)"),
        (["--min-throughput", "1e9"], "requests per second (at least 1000000000.0)"),
    ],
)
def test_a_missed_threshold_is_named_in_one_line_and_fails_the_run(
    options: list[str],
    said: str,
    make_environment: MakeEnvironment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = make_environment("--max-failure-rate", "0.1", *options)
    for _ in range(20):
        environment.stats.log_request("GET", "/api/v1/products", 100, 10)
        environment.stats.log_request("GET", "/api/v1/resources", 400, 10)
    for _ in range(4):
        environment.stats.log_error("GET", "/api/v1/products", "500")

    thresholds.decide(environment)

    assert environment.process_exit_code == 1
    [line] = caplog.messages
    assert said in line
    assert ";" not in line


@pytest.mark.parametrize(("options", "exit_code"), [([], 0), (["--min-requests", "19"], 1)])
def test_a_route_with_few_requests_is_named_instead_of_judged(
    options: list[str],
    exit_code: int,
    make_environment: MakeEnvironment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = make_environment(*options)
    for _ in range(19):
        environment.stats.log_request("GET", "/api/v1/resources", 5000, 10)
    for _ in range(20):
        environment.stats.log_request("GET", "/api/v1/products", 100, 10)

    thresholds.decide(environment)

    assert environment.process_exit_code == exit_code
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "GET /api/v1/resources took 5000 ms at its p95 (at most 500)"
        if exit_code
        else "GET /api/v1/resources (19)"
    ]


def test_an_exception_in_a_user_class_fails_the_run(make_environment: MakeEnvironment) -> None:
    environment = make_environment("--min-throughput", "0")
    assert environment.runner is not None
    environment.runner.log_exception("local", "KeyError", "a traceback")

    thresholds.decide(environment)

    assert environment.process_exit_code == 1


def test_a_worker_leaves_the_exit_code_to_its_master(make_environment: MakeEnvironment) -> None:
    environment = make_environment("--worker")

    thresholds.decide(environment)

    assert environment.process_exit_code is None


def test_no_shape_is_used_by_default(loaded: Loaded, make_environment: MakeEnvironment) -> None:
    _, found = loaded
    environment = make_environment("--users", "20", "--run-time", "1m")

    shapes.choose(environment)

    assert found == []
    assert environment.shape_class is None


@pytest.mark.parametrize(
    ("shape", "users"),
    [
        ("ramp", {0: 2, 5: 2, 6: 4, 30: 12, 59: 20, 60: None}),
        ("hold", {0: 5, 6: 10, 12: 20, 59: 20, 60: None}),
        ("spike", {0: 4, 23: 4, 24: 20, 35: 20, 36: 4, 59: 4, 60: None}),
    ],
)
def test_a_shape_changes_the_number_of_users(
    shape: str,
    users: dict[int, int | None],
    make_environment: MakeEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = make_environment("--users", "20", "--run-time", "1m", "--shape", shape)
    shapes.choose(environment)
    chosen = environment.shape_class
    assert chosen is not None

    reached = {}
    for second in users:
        monkeypatch.setattr(chosen, "get_run_time", lambda second=second: second)
        tick = chosen.tick()
        reached[second] = tick and tick[0]

    assert reached == users


@pytest.mark.parametrize("options", [["--users", "20"], ["--run-time", "1m"]])
def test_a_shape_without_users_or_run_time_is_refused(
    options: list[str], make_environment: MakeEnvironment
) -> None:
    environment = make_environment("--shape", "spike", *options)

    with pytest.raises(SystemExit, match="needs --users and --run-time"):
        shapes.choose(environment)
