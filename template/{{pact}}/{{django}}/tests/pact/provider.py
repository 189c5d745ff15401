"""Direct access to the served application's database."""

from collections.abc import Callable
from typing import Any

from django.core.management import call_command

from tests.database import using

Values = dict[str, Any]
State = Callable[..., Values]


class ProviderDatabase:
    """Creates the rows of a provider state, and removes all rows."""

    def __init__(self, url: str) -> None:
        self._url = url

    def set_up(self, state: State, params: dict[str, Any]) -> Values:
        with using(self._url):
            return state(**params)

    def tear_down(self) -> None:
        """Remove all rows, including those that the application has created."""
        with using(self._url):
            call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)

    def close(self) -> None:
        """Do nothing: no connection is left open."""
