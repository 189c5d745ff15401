"""The documentation page and its assets."""

import re
from urllib.parse import urlsplit

from django.test import Client


def test_the_documentation_fetches_nothing_from_another_host(
    client: Client,
) -> None:
    page = client.get("/docs").text

    urls = re.findall(r"""(?:src=|href=|"url": )["']([^"']+)""", page)
    assert "/openapi.json" in urls
    assert len(urls) > 3  # style sheet, icons, scripts
    for url in urls:
        assert urlsplit(url)[:2] == ("", "")
        response = client.get(url)
        response.close()
        assert response.status_code == 200
