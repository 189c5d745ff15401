"""The HTTP client for the external service: requests, with the timeout from the settings."""

from typing import Any

import requests
from requests.exceptions import ChunkedEncodingError

from .config import Settings
from .exceptions import ExternalServiceError, TemporaryError

Response = requests.Response


class HttpClient(requests.Session):
    """A session with a base URL and a timeout."""

    def __init__(self, base_url: str, timeout: float) -> None:
        super().__init__()
        self._base_url = base_url
        self._timeout = timeout

    def request(self, method: str, path: str, **options: Any) -> Response:  # type: ignore[override]
        url, timeout = self._base_url + path, self._timeout
        return super().request(method, url, timeout=timeout, allow_redirects=False, **options)


def make_http_client(settings: Settings) -> HttpClient:
    http = HttpClient(settings.external_api_url, settings.external_api_timeout)
    if settings.external_api_key:

        def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {settings.external_api_key}"
            return request

        # An entry for the host in ~/.netrc would override a header of the session.
        http.auth = authorize
    return http


def send(http: HttpClient, method: str, path: str, **options: Any) -> Response:
    """Send a request once, without retries.

    Raises:
        TemporaryError: there is no response, and a retry may help.
        ExternalServiceError: there is no response, for any other reason.
    """
    try:
        return http.request(method, path, **options)
    except (requests.ConnectionError, requests.Timeout, ChunkedEncodingError) as error:
        raise TemporaryError(repr(error)) from error
    except requests.RequestException as error:
        raise ExternalServiceError(repr(error)) from error
