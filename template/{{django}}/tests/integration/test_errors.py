"""The response to an unexpected exception."""

import pytest
from django.db import connections
from django.test import Client
from pytest_django import Settings


@pytest.mark.parametrize(
    ("debug", "logged"), [(False, "Internal Server Error: /health"), (True, "GET /health")]
)
def test_an_unexpected_exception_is_logged_and_not_shown_to_the_client(
    debug: bool,
    logged: str,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.DEBUG = debug

    def fail() -> None:
        raise RuntimeError("a secret in the message")

    client.raise_request_exception = False

    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "cursor", fail)
        response = client.get("/health")

    assert response.status_code == 500
    assert response.json() == {"detail": "Internal Server Error"}
    assert caplog.messages[0] == logged
    assert "a secret in the message" in caplog.text
