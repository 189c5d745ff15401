"""Routing, where Werkzeug's defaults differ from the API's conventions."""

from flask.testing import FlaskClient


def test_a_path_with_a_double_slash_is_not_found(client: FlaskClient) -> None:
    for path in ("//health", "/api/v1//users"):
        response = client.get("/", environ_overrides={"PATH_INFO": path})

        assert (response.status_code, response.json) == (404, {"detail": "Not Found"}), path


def test_head_and_options_are_refused(client: FlaskClient) -> None:
    for method in ("HEAD", "OPTIONS"):
        response = client.open("/health", method=method)

        assert (response.status_code, response.headers["Allow"]) == (405, "GET"), method
