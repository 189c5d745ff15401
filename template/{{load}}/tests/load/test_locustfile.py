"""The simulated users."""

import socket
import time
from collections import Counter

from locust import events

from tests.load.environments import load, make_environment


def test_loading_it_leaves_sockets_and_clocks_as_they_were() -> None:
    users, _ = load()

    assert users.keys() == {"WebUser", "AdminUser"}
    assert socket.socket.__module__ == "socket"
    assert time.sleep.__module__ == "time"


def test_a_user_does_the_tasks_of_all_its_classes_and_rarely_leaves() -> None:
    users, _ = load()

    weights = Counter(getattr(task, "__name__", "") for task in users["WebUser"].tasks)

    bases = users["WebUser"].__bases__
    assert weights.total() == sum(len(getattr(base, "tasks", ())) for base in bases)
    assert weights["leave"] == min(weights.values())


def test_an_admin_is_simulated_only_if_one_is_named() -> None:
    named = make_environment("--admin-email", "admin@example.com", "--admin-password", "secret")
    nameless = make_environment()

    for environment in (named, nameless):
        events.init.fire(environment=environment, runner=environment.runner, web_ui=None)

    assert named.user_classes_by_name.keys() == {"WebUser", "AdminUser"}
    assert nameless.user_classes_by_name.keys() == {"WebUser"}
