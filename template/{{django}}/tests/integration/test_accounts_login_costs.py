"""The cost of signing in: one password hash, even if it fails."""

from unittest.mock import patch

import pytest
from django.test import Client

from tests.factories.accounts import PASSWORD, UserFactory
from tests.plugins.passwords import CheapPasswordHasher


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("nobody@example.com", PASSWORD, id="unknown email"),
        pytest.param("active@example.com", "wrong password", id="wrong password"),
        pytest.param("inactive@example.com", PASSWORD, id="inactive user"),
    ],
)
def test_a_failed_login_hashes_a_password_once(
    email: str,
    password: str,
    client: Client,
) -> None:
    UserFactory(email="active@example.com")
    UserFactory(email="inactive@example.com", inactive=True)
    hasher = CheapPasswordHasher

    login = {"email": email, "password": password}
    with (
        patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as encode,
        patch.object(hasher, "verify", autospec=True, side_effect=hasher.verify) as verify,
    ):
        response = client.post("/api/v1/login", json=login)

    assert response.status_code == 401
    assert encode.call_count + verify.call_count == 1
