"""The guards: what a test run refuses."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.environment import GIVEN
from tests.plugins.guards import is_test_database, pytest_configure


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////tmp/test.db",
        "postgresql://user@host/shop_test",
        "postgresql://user@host/test_shop_gw0",
        "postgresql://user@host/test",
        "postgresql://user:secret@host:5432/test?sslmode=require",
        "postgresql:///test?host=/run/postgresql&port=5433",
        "sqlite:////tmp/what%3F/test.db",
    ],
)
def test_a_database_with_test_in_its_name_is_a_test_database(url: str) -> None:
    assert is_test_database(url)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///shop.db",
        "sqlite:////test/shop.db",
        "postgresql://test@test/shop",
        "postgresql://user@host/latest",
        "postgresql://user@host/contest",
        "postgresql://user@host",
        "no URL of a test",
    ],
)
def test_a_database_without_test_in_its_name_is_not_a_test_database(url: str) -> None:
    assert not is_test_database(url)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://host/test?dbname=shop", id="two names"),
        pytest.param("postgresql://host?dbname=test", id="a name only in the query"),
        pytest.param("postgresql://host/test?host=other", id="two hosts"),
        pytest.param("postgresql://host/test?hostaddr=192.0.2.1", id="host and address"),
        pytest.param("postgresql://host:5432/test?port=5433", id="two ports"),
        pytest.param("postgresql://one,two/test", id="either of two hosts"),
        pytest.param("postgresql:///test?host=one,two", id="either of two hosts, in the query"),
        pytest.param("postgresql:///test?service=shop", id="a service"),
        pytest.param("postgresql://host:port/test", id="a port that is not a number"),
    ],
)
def test_an_ambiguous_url_does_not_name_a_test_database(url: str) -> None:
    assert not is_test_database(url)


@pytest.mark.parametrize("variable", ["DATABASE_URL", "TEST_DATABASE_URL"])
def test_a_run_is_refused_if_a_variable_names_another_database(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(GIVEN, variable, "postgresql://user:secret@host/shop")

    with pytest.raises(pytest.UsageError, match=variable) as refused:
        pytest_configure()

    assert "secret" not in str(refused.value)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_connection_to_another_host_is_refused() -> None:
    with socket.socket() as client, pytest.raises(SocketConnectBlockedError):
        client.connect(("192.0.2.1", 80))


def test_a_dns_lookup_of_another_host_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"looked up 'example\.com'"):
        socket.getaddrinfo("example.com", 80)
