"""Headers that no token can be read from."""

from django.test import Client


def test_the_profile_is_refused_with_a_header_that_cannot_be_decoded(client: Client) -> None:
    response = client.get("/api/v1/profile", headers={"Authorization": "Bearer \xff\xfe"})

    assert response.status_code == 401
    assert response.json() == {"detail": "Not authenticated"}
