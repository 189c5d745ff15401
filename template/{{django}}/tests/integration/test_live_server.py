"""The application over a socket."""

import requests
from pytest_django.live_server_helper import LiveServer

from tests.factories.accounts import PASSWORD, UserFactory


def test_a_client_signs_in_and_reads_its_profile(live_server: LiveServer) -> None:
    user = UserFactory()
    login = {"email": user.email, "password": PASSWORD}

    token = requests.post(f"{live_server}/api/v1/login", json=login, timeout=5).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    profile = requests.get(f"{live_server}/api/v1/profile", headers=headers, timeout=5).json()

    assert profile["email"] == user.email
