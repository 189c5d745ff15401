"""A request holds no database connection while it calls the external service."""

import json
from unittest.mock import patch

import requests
from flask.testing import FlaskClient
from responses import RequestsMock
from sqlalchemy.orm import Session

from tests import EXTERNAL_API_URL as URL
from tests.factories.resources import ResourceFactory
from tests.transactions import Turns


def test_no_connection_is_held_while_the_service_is_called(
    client: FlaskClient,
    turns: Turns,
    auth_headers: dict[str, str],
    external_api: RequestsMock,
    db: Session,
) -> None:
    resource = ResourceFactory()
    db.commit()

    def answer(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        data = {"busy": turns.open > 0}
        return 200, {}, json.dumps({"status": "success", "data": data})

    external_api.add_callback("GET", f"{URL}/data/{resource.id}", answer)

    response = client.get(f"/api/v1/resources/{resource.id}/external-data", headers=auth_headers)

    assert response.get_json()["external_data"] == {"busy": False}


def test_a_request_closes_its_database_session_and_http_client(
    client: FlaskClient,
    auth_headers: dict[str, str],
    external_api: RequestsMock,
    db: Session,
) -> None:
    resource = ResourceFactory()
    db.commit()
    answer = {"status": "success", "data": {}}
    external_api.get(f"{URL}/data/{resource.id}", json=answer)

    with (
        patch.object(Session, "close", autospec=True, side_effect=Session.close) as close_session,
        patch.object(requests.Session, "close", autospec=True) as close_http,
    ):
        client.get(f"/api/v1/resources/{resource.id}/external-data", headers=auth_headers)

    assert (close_session.call_count, close_http.call_count) == (1, 1)
