"""The external service, as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager

from .config import get_settings
from .connections import release_connection
from .external import ExternalService
from .http_client import make_http_client


@contextmanager
def external_service() -> Iterator[ExternalService]:
    """The client of the external service, for a call, which keeps no connection to the database."""
    release_connection()
    settings = get_settings()
    with make_http_client(settings) as http:
        yield ExternalService(http, settings.external_api_retry_wait)
