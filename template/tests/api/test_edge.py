"""The layer around everything: ids, headers, time limit, hosts, log lines (template-owned)."""

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Response
from starlette.types import Message
from tests.api.conftest import SettingsOf
from tests.api.notes import notes_router, trouble_router
from tests.api.service import ADMIN, Service, open_service
from tests.lines import logged

Capture = pytest.CaptureFixture[str]


def _scope(method: str, path: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": [], "client": None}


def _problem(response: Response) -> tuple[int, str, str]:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["request_id"] == response.headers["x-request-id"]
    return response.status_code, document["type"], document["detail"]


async def test_a_request_past_its_time_limit_is_told_to_come_back(settings: SettingsOf) -> None:
    async with open_service(settings(REQUEST_TIMEOUT="100ms"), trouble_router()) as service:
        response = await service.client.get("/api/v1/trouble/slow")

    assert _problem(response) == (503, "urn:problem:timed-out", "Nothing was answered in time; try again.")
    assert response.headers["retry-after"] == "5"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_an_unhandled_exception_is_a_problem_with_one_line_that_has_its_id(
    settings: SettingsOf, capsys: Capture
) -> None:
    async with open_service(settings(), trouble_router()) as service:
        response = await service.client.get("/api/v1/trouble/broken")

    detail = "The failure has been logged under the request's id."
    assert _problem(response) == (500, "urn:problem:internal-error", detail)
    assert "hunter2" not in response.text
    (line,) = [line for line in logged(capsys) if line["level"] == "error"]
    assert line["message"] == "unhandled exception"
    assert line["data"]["exception"].endswith("LookupError: hunter2")
    assert line["request"]["id"] == response.headers["x-request-id"]


async def test_a_time_out_inside_a_handler_is_logged_as_a_failure(settings: SettingsOf, capsys: Capture) -> None:
    async with open_service(settings(), trouble_router()) as service:
        response = await service.client.get("/api/v1/trouble/time-out-of-its-own")

    assert response.status_code == 500
    (line,) = [line for line in logged(capsys) if line["level"] == "error"]
    assert line["data"]["exception"].endswith("TimeoutError: hunter2")


async def test_an_answer_that_fails_half_way_breaks_off(settings: SettingsOf, capsys: Capture) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async with open_service(settings(), trouble_router()) as service:
        with pytest.raises(ConnectionAbortedError):
            await service.app(_scope("GET", "/api/v1/trouble/breaks-off"), receive, send)

    bodies = [message for message in sent if message["type"] == "http.response.body"]
    assert [(part["body"], part["more_body"]) for part in bodies] == [(b"first part", True)]
    assert [line["message"] for line in logged(capsys) if line["level"] == "error"] == ["unhandled exception"]


async def test_who_leaves_while_sending_is_no_failure(settings: SettingsOf, capsys: Capture) -> None:
    arriving: list[Message] = [
        {"type": "http.request", "body": b'{"title": ', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return arriving.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async with open_service(settings(), notes_router(), log_in_as=ADMIN) as service:
        scope = _scope("POST", "/api/v1/tried-notes")
        scope["headers"] = [(b"authorization", service.client.headers["authorization"].encode())]
        await service.app(scope, receive, send)

    assert sent[0]["status"] == 499
    assert [line for line in logged(capsys) if line["level"] == "error"] == []


async def test_each_answer_is_one_line_with_the_guides_members(settings: SettingsOf, capsys: Capture) -> None:
    headers = {"user-agent": "a\x1b[31m", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    async with open_service(settings()) as service:
        response = await service.client.get("/health/live?token=hunter2", headers=headers)

    (line,) = [line for line in logged(capsys) if line["message"] == "request answered"]
    assert line["request"] == {
        "id": response.headers["x-request-id"],
        "method": "GET",
        "path": "/health/live",
        "user_id": None,
        "org_id": None,
        "ip": "192.0.2.1",
        "user_agent": "a\x1b[31m",
    }
    assert (line["trace_id"], line["parent_span_id"]) == ("a" * 32, "b" * 16)
    assert (line["data"], line["level"]) == ({"status": 200}, "info")
    assert 0 < line["duration_ms"] < 10_000


async def test_a_line_names_who_asked(settings: SettingsOf, capsys: Capture) -> None:
    async with open_service(settings(), notes_router(), log_in_as=ADMIN) as service:
        await service.client.get("/api/v1/tried-notes")

    (line,) = [line for line in logged(capsys) if line["message"] == "request answered"]
    assert str(UUID(line["request"]["user_id"])) == line["request"]["user_id"]
    assert str(UUID(line["request"]["org_id"])) == line["request"]["org_id"]


async def test_people_get_a_line_they_can_read(settings: SettingsOf, capsys: Capture) -> None:
    async with open_service(settings(LOG_FORMAT="console")) as service:
        await service.client.get("/health/live")

    assert re.search(r"GET /health/live 200.*duration_ms=", capsys.readouterr().out)


async def test_answers_are_not_logged_below_the_level(settings: SettingsOf, capsys: Capture) -> None:
    async with open_service(settings(LOG_LEVEL="warning")) as service:
        await service.client.get("/health/live")

    assert capsys.readouterr().out == ""


async def test_a_uuid_is_taken_as_the_requests_id_and_nothing_else(settings: SettingsOf) -> None:
    given = "7F9B1C52-0000-4000-8000-00000000000A"
    async with open_service(settings()) as service:

        async def answered(sent: str) -> str:
            response = await service.client.get("/health/live", headers={"X-Request-ID": sent})
            return str(response.headers["x-request-id"])

        assert await answered(given) == given.lower()
        for odd in ("1", "x" * 36, f"{{{given}}}", "urn:uuid:" + given):
            assert str(UUID(await answered(odd))) != given.lower()


async def _get_as(service: Service, host: str, path: str = "/api/v1/none") -> Response:
    return await service.client.get(path, headers={"Host": host})


async def test_only_the_named_hosts_are_served(settings: SettingsOf) -> None:
    async with open_service(settings(ALLOWED_HOSTS="api.example.com,[::1]")) as service:
        for host in ("api.example.com", "API.example.com:8443", "[::1]:80"):
            assert (await _get_as(service, host)).status_code == 404
        for host in ("evil.example", "api.example.com.evil.example", "api.example.com@evil.example", ""):
            expected = (400, "urn:problem:unknown-host", "The Host header names none of this service's names.")
            assert _problem(await _get_as(service, host)) == expected


async def test_probes_are_answered_whatever_the_host(settings: SettingsOf) -> None:
    async with open_service(settings(ALLOWED_HOSTS="api.example.com")) as service:
        assert (await _get_as(service, "10.0.0.7", "/health/live")).status_code == 200


async def test_browsers_may_call_from_the_named_origins_alone(settings: SettingsOf) -> None:
    preflight = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "If-Match"}
    async with open_service(settings(CORS_ALLOWED_ORIGINS="https://app.example.com")) as service:
        ours = await service.client.options("/api/v1/x", headers={**preflight, "Origin": "https://app.example.com"})
        theirs = await service.client.options("/api/v1/x", headers={**preflight, "Origin": "https://evil.example"})
        plain = await service.client.get("/health/live", headers={"Origin": "https://app.example.com"})

    assert ours.status_code == 200
    assert ours.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "PATCH" in ours.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in ours.headers
    assert "access-control-allow-origin" not in theirs.headers
    assert "ETag" in plain.headers["access-control-expose-headers"]


async def test_without_origins_no_browser_may_call(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        response = await service.client.get("/health/live", headers={"Origin": "https://app.example.com"})

    assert "access-control-allow-origin" not in response.headers


async def test_a_stopping_process_asks_clients_to_reconnect(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        before = await service.client.get("/health/live")
        service.runtime.draining = True
        after = await service.client.get("/health/live")

    assert "connection" not in before.headers
    assert after.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, ["198.51.100.9"], "192.0.2.1"),
        (1, ["203.0.113.1, 198.51.100.9"], "198.51.100.9"),
        (2, ["203.0.113.1, 198.51.100.9", "10.0.0.1"], "198.51.100.9"),
        (2, ["198.51.100.9"], "192.0.2.1"),
        (1, [], "192.0.2.1"),
    ],
)
async def test_only_what_trusted_proxies_saw_is_the_clients_address(
    settings: SettingsOf, capsys: Capture, hops: int, forwarded: list[str], address: str
) -> None:
    async with open_service(settings(TRUSTED_PROXY_HOPS=str(hops))) as service:
        await service.client.get("/health/live", headers=[("X-Forwarded-For", line) for line in forwarded])

    (line,) = [line for line in logged(capsys) if line["message"] == "request answered"]
    assert line["request"]["ip"] == address


async def test_requests_are_counted_by_route_and_unknown_methods_as_one(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        await service.client.request("BREW", "/health/live")
        await service.client.get("/no/such/path")
        text = (await service.client.get("/metrics")).text

    assert 'http_requests_total{method="other",path="/health/live",status="405"}' in text
    assert 'http_requests_total{method="GET",path="unmatched",status="404"}' in text
    assert "/no/such/path" not in text
