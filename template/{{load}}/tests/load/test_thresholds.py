"""The thresholds of a run."""

import pytest

from tests.load import thresholds
from tests.load.environments import make_environment


@pytest.mark.parametrize(
    ("method", "name", "milliseconds", "options"),
    [
        ("GET", "/api/v1/profile", 490, []),
        ("GET", "/api/v1/profile", 900, ["--max-p95", "1000"]),
        ("POST", "/api/v1/login", 1900, []),
        ("POST", "/api/v1/register", 1900, []),
        ("POST", "/api/v1/users", 1900, []),
    ],
)
def test_a_run_within_its_thresholds_exits_with_0(
    method: str,
    name: str,
    milliseconds: int,
    options: list[str],
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
    ("options", "message"),
    [
        (["--max-failure-rate", "0.05"], "10.0% of the requests failed (at most 5.0%)"),
        (["--max-p95", "300"], "GET /api/v1/profile took 400 ms at its p95 (at most 300)"),
        (["--min-throughput", "1e9"], "requests per second (at least 1000000000.0)"),
    ],
)
def test_a_missed_threshold_is_logged_in_one_line_and_fails_the_run(
    options: list[str],
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = make_environment("--max-failure-rate", "0.1", *options)
    for _ in range(20):
        environment.stats.log_request("GET", "/health", 100, 10)
        environment.stats.log_request("GET", "/api/v1/profile", 400, 10)
    for _ in range(4):
        environment.stats.log_error("GET", "/health", "500")

    thresholds.decide(environment)

    assert environment.process_exit_code == 1
    [line] = caplog.messages
    assert message in line
    assert ";" not in line


@pytest.mark.parametrize(("options", "exit_code"), [([], 0), (["--min-requests", "19"], 1)])
def test_a_route_with_too_few_requests_is_logged_but_not_judged(
    options: list[str],
    exit_code: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = make_environment(*options)
    for _ in range(19):
        environment.stats.log_request("GET", "/api/v1/profile", 5000, 10)
    for _ in range(20):
        environment.stats.log_request("GET", "/health", 100, 10)

    thresholds.decide(environment)

    assert environment.process_exit_code == exit_code
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "GET /api/v1/profile took 5000 ms at its p95 (at most 500)"
        if exit_code
        else "GET /api/v1/profile (19)"
    ]


def test_an_exception_in_a_user_class_fails_the_run() -> None:
    environment = make_environment("--min-throughput", "0")
    assert environment.runner is not None
    environment.runner.log_exception("local", "KeyError", "a traceback")

    thresholds.decide(environment)

    assert environment.process_exit_code == 1


def test_a_worker_leaves_the_exit_code_to_its_master() -> None:
    environment = make_environment("--worker")

    thresholds.decide(environment)

    assert environment.process_exit_code is None
