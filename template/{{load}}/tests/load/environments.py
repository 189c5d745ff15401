"""Locust environments, without a run."""

from functools import cache

from locust import LoadTestShape, User, events
from locust.argument_parser import parse_options
from locust.env import Environment
from locust.util.load_locustfile import load_locustfile

from tests.environment import ROOT


@cache
def load() -> tuple[dict[str, type[User]], list[LoadTestShape]]:
    """The user and shape classes that Locust finds in the locustfile."""
    return load_locustfile(str(ROOT / "tests" / "load" / "locustfile.py"))


def make_environment(*options: str) -> Environment:
    """The environment of a run with these options."""
    users, _ = load()
    environment = Environment(
        user_classes=list(users.values()), events=events, parsed_options=parse_options(options)
    )
    environment.create_local_runner()
    return environment
