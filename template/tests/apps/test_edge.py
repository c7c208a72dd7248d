"""The layer around everything: failures, hosts, addresses, log lines (template-owned)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from tests.apps.application import application, bearer, make_user, tokens_of
from tests.environment import settings_of
from tests.lines import access_line, logged

from app.apps.runtime import process

Capture = pytest.CaptureFixture[str]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.apps.trouble")]


@pytest.fixture
def opened(settings: Any) -> Any:
    """Opens the application with some settings."""

    @contextmanager
    def opened(**given: str) -> Iterator[httpx2.Client]:
        settings.SERVICE = settings_of(**given)
        with application() as client:
            yield client

    return opened


def problem_of(response: httpx2.Response) -> tuple[int, str, str]:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["request_id"] == response.headers["x-request-id"]
    return response.status_code, document["type"], document["detail"]


def test_an_unhandled_exception_is_a_problem_with_one_line_that_has_its_id(opened: Any, capsys: Capture) -> None:
    with opened() as client:
        response = client.get("/trouble/broken")

    detail = "The failure has been logged under the request's id."
    assert problem_of(response) == (500, "urn:problem:internal-error", detail)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "hunter2" not in response.text
    (line,) = [line for line in logged(capsys) if line["level"] == "error"]
    assert line["message"] == "unhandled exception"
    assert line["data"]["exception"].endswith("LookupError: hunter2")
    assert line["request"]["id"] == response.headers["x-request-id"]


def test_a_slow_statement_is_given_up_and_its_connection_is_not(opened: Any) -> None:
    with opened() as client:
        response = client.get("/trouble/slow_statement")
        assert problem_of(response)[:2] == (503, "urn:problem:unavailable")
        assert response.headers["retry-after"] == "5"
        assert client.get("/health/ready").status_code == 200


def test_a_mistake_in_a_statement_is_no_server_that_does_not_answer(opened: Any) -> None:
    with opened() as client:
        assert problem_of(client.get("/trouble/wrong_statement"))[0] == 500


def test_an_answer_that_fails_half_way_breaks_off(opened: Any) -> None:
    with opened() as client, pytest.raises(LookupError):
        client.get("/trouble/breaks_off")


def test_a_line_names_who_asked_and_what_was_answered(opened: Any, capsys: Capture) -> None:
    user = make_user()
    with opened() as client:
        token = bearer(tokens_of(client))
        client.get("/api/v1/auth/me", headers=token)

    line = access_line(logged(capsys), "/api/v1/auth/me")
    assert (line["level"], line["data"]) == ("info", {"status": 200})
    assert (line["request"]["user_id"], line["request"]["org_id"]) == (str(user.id), str(user.organization_id))
    assert 0 < line["duration_ms"] < 10_000


def test_people_get_a_line_they_can_read(opened: Any, capsys: Capture) -> None:
    with opened(LOG_FORMAT="console") as client:
        client.get("/health/live")
    assert re.search(r"GET /health/live 200.*duration_ms=", capsys.readouterr().out)


def test_answers_are_not_logged_below_the_level(opened: Any, capsys: Capture) -> None:
    with opened(LOG_LEVEL="warning") as client:
        client.get("/health/live")
    assert capsys.readouterr().out == ""


def test_only_the_named_hosts_are_served_but_to_probes(opened: Any) -> None:
    with opened(ALLOWED_HOSTS="api.example.com,[::1]") as client:
        for host in ("api.example.com", "API.example.com:8443", "[::1]:80"):
            assert client.get("/api/v1/none", headers={"Host": host}).status_code == 404
        for host in ("evil.example", "api.example.com.evil.example", "api.example.com@evil.example", ""):
            refused = client.get("/api/v1/none", headers={"Host": host})
            detail = "The Host header names none of this service's names."
            assert problem_of(refused) == (400, "urn:problem:unknown-host", detail)
        assert client.get("/health/live", headers={"Host": "10.0.0.7"}).status_code == 200


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        ("0", "203.0.113.9", "127.0.0.1"),
        ("1", "203.0.113.9", "203.0.113.9"),
        ("1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("2", "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        ("2", "203.0.113.9", "127.0.0.1"),
    ],
)
def test_what_the_trusted_proxy_saw_is_the_clients_address(
    opened: Any, capsys: Capture, hops: str, forwarded: str, address: str
) -> None:
    with opened(TRUSTED_PROXY_HOPS=hops) as client:
        client.get("/health/live", headers={"X-Forwarded-For": forwarded})
    line = access_line(logged(capsys), "/health/live")
    assert line["request"]["ip"] == address


def test_requests_are_counted_by_route_and_unknown_methods_as_one(opened: Any) -> None:
    with opened() as client:
        client.request("BREW", "/health/live")
        client.get("/no/such/path")
        client.get("/api/v1/users/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f")
        text = client.get("/metrics").text

    assert 'http_requests_total{method="other",path="/health/live",status="405"}' in text
    assert 'http_requests_total{method="GET",path="unmatched",status="404"}' in text
    assert 'http_requests_total{method="GET",path="/api/v1/users/{id}",status="401"}' in text
    assert "/no/such/path" not in text


def test_a_stopping_process_is_not_ready_but_alive(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened() as client:
        assert client.get("/health/ready").status_code == 200
        monkeypatch.setattr(process, "draining", True)
        ready, live = client.get("/health/ready"), client.get("/health/live")

    assert (ready.status_code, live.status_code) == (503, 200)
    assert ready.json()["checks"]["process"] == {"status": "unavailable", "backend": "real", "detail": "stopping"}
