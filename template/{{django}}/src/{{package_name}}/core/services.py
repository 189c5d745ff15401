"""The external service, as configured in the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from .config import get_settings
from .connections import release_connection
from .external import ExternalService
from .http_client import make_http_client


@contextmanager
def external_service() -> Iterator[ExternalService]:
    """Open a client of the external service, and release the database connection."""
    release_connection()
    settings = get_settings()
    with make_http_client(settings) as http:
        yield ExternalService(http, settings.external_api_retry_wait)
