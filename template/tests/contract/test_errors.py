"""Errors of the framework and of routing are problem documents like any other (template-owned; RFC 9457)."""

import pytest
from httpx2 import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.problems import assert_problem
from tests.contract.wire import exchange

CANARY = "c4n4ry-7d1e"
PATHS = ["/health", "/health/live", "/health/ready", "/docs", "/openapi.json", "/metrics"]
MIB = 1_048_576


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/projects",
        "/no-such-thing",
        "/api/v1/no-such-thing",
        "/redoc",
        "/HEALTH",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
def test_an_unknown_path_is_not_found_by_any_method(anonymous: Client, method: str, path: str) -> None:
    assert_problem(anonymous.request(method, path), 404)


@pytest.mark.parametrize("path", PATHS)
def test_a_slash_at_the_end_is_not_found(anonymous: Client, path: str) -> None:
    assert_problem(anonymous.get(f"{path}/"), 404)


@pytest.mark.parametrize(
    "target",
    [
        "//health/live",
        "/health//live",
        "/health/live%2f",
        "/health/%2e%2e/metrics",
        "/health/../metrics",
        "/health/live%00",
        "/%ff%fe",
        "/%ed%a0%80",
        "/api/v1/%0d%0aX-Injected:%201",
        "/docs/..%5c..%5cpyproject.toml",
        "/" + "a" * 4000,
    ],
)
def test_an_odd_path_is_not_found(base_url: str, target: str) -> None:
    response = exchange(base_url, "GET", target)
    assert_problem(response, 404)
    assert "x-injected" not in response.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_a_method_that_a_path_has_not_is_refused_with_those_it_has(anonymous: Client, method: str, path: str) -> None:
    response = anonymous.request(method, path)
    assert_problem(response, 405)
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("path", PATHS)
def test_head_is_refused(anonymous: Client, path: str) -> None:
    response = anonymous.head(path)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.content == b""


def test_head_of_an_unknown_path_is_not_found(anonymous: Client) -> None:
    assert anonymous.head("/no-such-thing").status_code == 404


@pytest.mark.parametrize(("path", "status"), [("/no-such-thing", 404), ("/health/live", 405)])
def test_the_route_and_its_method_come_before_the_size_of_the_body(base_url: str, path: str, status: int) -> None:
    announced = [("Content-Type", "application/json"), ("Content-Length", str(2 * MIB))]
    assert_problem(exchange(base_url, "POST", path, headers=announced), status)


@pytest.mark.parametrize(("path", "status"), [("/no-such-thing", 404), ("/health/live", 405)])
def test_the_route_and_its_method_come_before_the_body(anonymous: Client, path: str, status: int) -> None:
    assert_problem(anonymous.post(path, content=b"{", headers={"Content-Type": "text/plain"}), status)


def test_an_error_echoes_neither_query_nor_header_nor_body(anonymous: Client) -> None:
    response = anonymous.post(
        f"/health/live?{CANARY}={CANARY}", headers={CANARY: CANARY, "Accept": CANARY}, json={CANARY: CANARY}
    )
    assert_problem(response, 405)
    assert CANARY not in response.text
    assert CANARY not in str(response.headers)


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/json;q=0", "*/*", "no media type"])
def test_accept_is_ignored(anonymous: Client, accept: str) -> None:
    assert_problem(anonymous.get("/no-such-thing", headers={"Accept": accept}), 404)
    assert anonymous.get("/health/live", headers={"Accept": accept}).json() == {"status": "ok"}


def test_two_errors_of_one_kind_have_two_request_ids(anonymous: Client) -> None:
    first, second = (assert_problem(anonymous.get("/no-such-thing"), 404) for _ in range(2))
    assert first["request_id"] != second["request_id"]
    assert {**first, "request_id": ""} == {**second, "request_id": ""}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.binary(max_size=40))
def test_no_path_breaks_the_service(base_url: str, name: bytes) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in name)
    assert_problem(exchange(base_url, "GET", f"/api/v1/no-such-thing-{encoded}"), 404)
