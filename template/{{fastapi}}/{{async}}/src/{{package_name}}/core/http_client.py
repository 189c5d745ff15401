"""The HTTP client for the external service: httpx2, with the timeout from the settings."""

from typing import Any

import httpx2

from .config import Settings
from .exceptions import ExternalServiceError, TemporaryError

HttpClient = httpx2.AsyncClient
Response = httpx2.Response


def make_http_client(settings: Settings) -> HttpClient:
    """Return a client for the external service, which uses the proxy from the environment, if any.

    Raises:
        SystemExit: the URL or the proxy is invalid; the message is one line.
    """
    key = settings.external_api_key
    try:
        return HttpClient(
            base_url=settings.external_api_url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=settings.external_api_timeout,
            # ExternalService limits the calls; this limits only the idle connections that are kept.
            limits=httpx2.Limits(max_keepalive_connections=20),
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        sources = "EXTERNAL_API_URL, HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY"
        raise SystemExit(f"Invalid external service settings: {error} ({sources})") from None


async def send(http: HttpClient, method: str, path: str, **options: Any) -> Response:
    """Send a request once, without retries.

    Raises:
        TemporaryError: there is no response, and a retry may help.
        ExternalServiceError: there is no response, for any other reason.
    """
    try:
        return await http.request(method, path, **options)
    except httpx2.TransportError as error:
        raise TemporaryError(repr(error)) from error
    except httpx2.HTTPError as error:
        raise ExternalServiceError(repr(error)) from error
