"""HTTP as the external service is called by it: httpx2, with the timeout of the settings."""

from typing import Any

import httpx2

from .config import Settings
from .exceptions import ExternalServiceError, TemporaryError

HttpClient = httpx2.AsyncClient
Response = httpx2.Response


def make_http_client(settings: Settings) -> HttpClient:
    """A client of the external service, through the proxy that the environment names, if any.

    Raises:
        SystemExit: the proxy cannot be used, or no URL is made of the settings; in one line.
    """
    key = settings.external_api_key
    try:
        return HttpClient(
            base_url=settings.external_api_url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=settings.external_api_timeout,
            # ExternalService limits its calls itself; the client limits the connections it keeps.
            limits=httpx2.Limits(max_keepalive_connections=20),
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        sources = "EXTERNAL_API_URL, HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY"
        raise SystemExit(f"No client of the external service: {error} ({sources})") from None


async def send(http: HttpClient, method: str, path: str, **options: Any) -> Response:
    """Send a request, once.

    Raises:
        ExternalServiceError: it was not answered; a TemporaryError where it may be yet.
    """
    try:
        return await http.request(method, path, **options)
    except httpx2.TransportError as error:
        raise TemporaryError(repr(error)) from error
    except httpx2.HTTPError as error:
        raise ExternalServiceError(repr(error)) from error
