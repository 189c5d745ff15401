"""Who is simulated, what a run has to meet, and how the number of users changes."""

import socket
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

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
    """The users, and the shapes, that Locust finds in the locustfile."""
    return load_locustfile(str(ROOT / "tests" / "load" / "locustfile.py"))


@pytest.fixture
def make_environment(
    loaded: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MakeEnvironment:
    """Makes what a run with these options begins with."""
    users, _ = loaded
    monkeypatch.setenv("HOME", str(tmp_path))  # a person's own ~/.locust.conf is not read

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


def test_a_customer_looks_around_more_than_ordering_and_orders_more_than_creating(
    loaded: Loaded,
) -> None:
    users, _ = loaded

    weights = Counter(getattr(task, "__name__", "") for task in users["WebUser"].tasks)

    assert weights == {"list_resources": 3, "place_order": 2, "create_resource": 1}


def test_an_admin_is_simulated_where_one_is_named(make_environment: MakeEnvironment) -> None:
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
        (["--min-throughput", "1e9"], "requests a second (at least 1000000000.0)"),
    ],
)
def test_a_threshold_that_is_missed_is_named_in_one_line_and_the_run_ends_with_1(
    options: list[str],
    said: str,
    make_environment: MakeEnvironment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = make_environment("--max-failure-rate", "0.1", *options)
    for _ in range(9):
        environment.stats.log_request("GET", "/api/v1/products", 100, 10)
    environment.stats.log_request("GET", "/api/v1/resources", 400, 10)
    environment.stats.log_error("GET", "/api/v1/products", "500")

    thresholds.decide(environment)

    assert environment.process_exit_code == 1
    [line] = caplog.messages
    assert said in line
    assert ";" not in line


def test_an_error_in_the_code_of_a_user_ends_with_1(make_environment: MakeEnvironment) -> None:
    environment = make_environment("--min-throughput", "0")
    assert environment.runner is not None
    environment.runner.log_exception("local", "KeyError", "a traceback")

    thresholds.decide(environment)

    assert environment.process_exit_code == 1


def test_a_worker_leaves_the_exit_code_to_its_master(make_environment: MakeEnvironment) -> None:
    environment = make_environment("--worker")

    thresholds.decide(environment)

    assert environment.process_exit_code is None


def test_no_shape_is_taken_unless_it_is_asked_for(
    loaded: Loaded, make_environment: MakeEnvironment
) -> None:
    _, taken = loaded
    environment = make_environment("--users", "20", "--run-time", "1m")

    shapes.choose(environment)

    assert taken == []
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
def test_a_shape_without_users_or_time_to_fill_is_refused(
    options: list[str], make_environment: MakeEnvironment
) -> None:
    environment = make_environment("--shape", "spike", *options)

    with pytest.raises(SystemExit, match="needs --users and --run-time"):
        shapes.choose(environment)
