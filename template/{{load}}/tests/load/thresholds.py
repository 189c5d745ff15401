"""Thresholds that a run has to meet; they set its exit code."""

import logging
from argparse import Namespace

from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.stats import RequestStats

# These hash a password, which is slow on purpose.
SIGN_IN = {"/api/v1/register", "/api/v1/login", "/api/v1/users"}

logger = logging.getLogger(__name__)


def add_options(parser: LocustArgumentParser, **_: object) -> None:
    for name, default, meaning in (
        ("max-failure-rate", 0.01, "Share of the requests that may fail"),
        ("max-p95", 500, "Milliseconds that 95 %% of the requests of a route may take"),
        ("max-sign-in-p95", 2000, "The same, for the routes that hash a password"),
        ("min-requests", 20, "Requests from which on the p95 of a route is judged"),
        ("min-throughput", 1, "Requests per second"),
    ):
        parser.add_argument(
            f"--{name}",
            type=float,
            default=default,
            env_var=f"LOCUST_{name.replace('-', '_').upper()}",
            help=f"Threshold: {meaning} (default: {default})",
        )


def find_missed(stats: RequestStats, options: Namespace) -> list[str]:
    """The thresholds that a run has missed, each with the value that it reached."""
    missed = []
    total = stats.total
    if total.fail_ratio > options.max_failure_rate:
        missed.append(
            f"{total.fail_ratio:.1%} of the requests failed (at most {options.max_failure_rate:.1%})"
        )
    for (name, method), route in sorted(stats.entries.items()):
        most = options.max_sign_in_p95 if name in SIGN_IN else options.max_p95
        p95 = route.get_response_time_percentile(0.95)
        if p95 > most and route.num_requests >= options.min_requests:
            missed.append(f"{method} {name} took {p95:.0f} ms at its p95 (at most {most:.0f})")
    if total.total_rps < options.min_throughput:
        missed.append(
            f"{total.total_rps:.1f} requests per second (at least {options.min_throughput:.1f})"
        )
    return missed


def find_unjudged(stats: RequestStats, options: Namespace) -> list[str]:
    """The routes with too few requests for a p95: of fewer than 20, it is the slowest."""
    return [
        f"{method} {name} ({route.num_requests})"
        for (name, method), route in sorted(stats.entries.items())
        if route.num_requests < options.min_requests
    ]


def decide(environment: Environment, **_: object) -> None:
    """Set the exit code. Workers see only their part of the run, so their master decides."""
    options = environment.parsed_options
    assert options is not None
    assert environment.runner is not None
    if options.worker:
        return
    unjudged = find_unjudged(environment.stats, options)
    if unjudged:
        few = f"fewer than {options.min_requests:.0f} requests"
        logger.warning("Response times not judged, %s: %s", few, ", ".join(unjudged))
    missed = find_missed(environment.stats, options)
    if missed:
        logger.error("Thresholds missed: %s", "; ".join(missed))
    # An exception in a user class is not counted as a failed request, but still fails the run.
    environment.process_exit_code = 1 if missed or environment.runner.exceptions else 0
