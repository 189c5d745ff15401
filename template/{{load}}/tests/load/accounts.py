"""Users who register, and the admin."""

from typing import Any
from uuid import uuid4

from locust import task

from tests.load.users import FAKE, ONE_AT_A_TIME, ApiUser, check


def make_account() -> dict[str, Any]:
    email, password = f"{uuid4().hex}@example.com", FAKE.password(length=16)
    return {"name": FAKE.name(), "email": email, "password": password}


class NewUser(ApiUser):
    """Registers, and signs in."""

    abstract = True

    def on_start(self) -> None:
        account = make_account()
        with ONE_AT_A_TIME:
            with self.rest("POST", "/api/v1/register", json=account) as registered:
                check(registered, 201)
                assert registered.js["email"] == account["email"], "registered somebody else"
            self.sign_in(account["email"], account["password"])

    @task(1)
    def leave(self) -> None:
        """Start again as a new user, so that users sign in throughout the run."""
        self.on_start()


class Admin(ApiUser):
    """The only admin, who adds users."""

    abstract = True
    fixed_count = 1

    def on_start(self) -> None:
        options = self.environment.parsed_options
        assert options is not None
        with ONE_AT_A_TIME:
            self.sign_in(options.admin_email, options.admin_password)

    @task
    def create_user(self) -> None:
        account = make_account()
        with ONE_AT_A_TIME, self.rest("POST", "/api/v1/users", json=account) as created:
            check(created, 201)
            assert created.js["email"] == account["email"], "created somebody else"
