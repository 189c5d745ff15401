"""Authorization headers that cannot be decoded."""

from flask.testing import FlaskClient


def test_an_authorization_header_that_cannot_be_decoded_is_refused(client: FlaskClient) -> None:
    response = client.get("/api/v1/profile", headers={"Authorization": "Bearer \xff\xfe"})

    assert response.status_code == 401
    assert response.json == {"detail": "Not authenticated"}
