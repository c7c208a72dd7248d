"""Headers on every reply: security headers and the request's id (template-owned; contract, "HTTP")."""

from uuid import UUID

import pytest
from httpx2 import Client, Response
from tests.contract.wire import exchange

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
EVERYWHERE = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-xss-protection": "0",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "geolocation=(), microphone=(), camera=()",
}
PAGES = [
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/"),
    ("GET", "/api/v1/no-such-thing"),
    ("GET", "/health/live/"),
    ("HEAD", "/health/live"),
    ("OPTIONS", "/health/live"),
    ("POST", "/health/live"),
]
GIVEN = "0b7e5c9e-9f0a-4c57-8f8e-6f1f2a3b4c5d"


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_security_headers_stand_on_every_reply(anonymous: Client, method: str, path: str) -> None:
    response = anonymous.request(method, path)
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert response.headers["content-security-policy"] == API_POLICY


def test_the_page_of_docs_has_the_same_headers_but_its_own_policy(anonymous: Client) -> None:
    response = anonymous.get("/docs")
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert response.headers["content-security-policy"] != API_POLICY


@pytest.mark.parametrize(("method", "path"), [*PAGES, ("GET", "/docs")])
def test_no_reply_names_the_software(anonymous: Client, method: str, path: str) -> None:
    headers = anonymous.request(method, path).headers
    assert "server" not in headers
    assert "x-powered-by" not in headers


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_no_security_header_stands_twice(anonymous: Client, method: str, path: str) -> None:
    names = [name.lower() for name, _ in anonymous.request(method, path).headers.multi_items()]
    for name in [*EVERYWHERE, "content-security-policy", "x-request-id", "content-type"]:
        assert names.count(name) <= 1


@pytest.mark.parametrize(("method", "path"), [*PAGES, ("GET", "/docs")])
def test_every_reply_has_a_fresh_request_id(anonymous: Client, method: str, path: str) -> None:
    first = _request_id(anonymous.request(method, path))
    second = _request_id(anonymous.request(method, path))
    assert first != second


@pytest.mark.parametrize(("method", "path"), [*PAGES, ("GET", "/docs")])
def test_a_given_request_id_comes_back(anonymous: Client, method: str, path: str) -> None:
    response = anonymous.request(method, path, headers={"X-Request-ID": GIVEN})
    assert response.headers["x-request-id"] == GIVEN


@pytest.mark.parametrize(
    "given",
    [
        "",
        "1",
        "not-a-uuid",
        GIVEN + "0",
        GIVEN[:-1],
        GIVEN + "\xe9",
        "x" * 5000,
        f"{GIVEN}, {GIVEN}",
        GIVEN + "\t;a=b",
    ],
)
def test_a_request_id_that_is_no_uuid_is_replaced(base_url: str, given: str) -> None:
    response = exchange(base_url, "GET", "/health/live", headers=[("X-Request-ID", given)])
    assert response.status_code == 200
    assert _request_id(response) not in {given, GIVEN}


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://localhost:3000"])
@pytest.mark.parametrize("path", ["/health/live", "/api/v1/no-such-thing"])
def test_no_foreign_origin_may_read_a_reply(anonymous: Client, path: str, origin: str) -> None:
    headers = anonymous.get(path, headers={"Origin": origin}).headers
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
def test_a_preflight_from_a_foreign_origin_is_granted_nothing(anonymous: Client, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    response = anonymous.options("/health/live", headers=asked)
    assert response.status_code >= 400
    assert "access-control-allow-origin" not in response.headers


def _request_id(response: Response) -> str:
    given = response.headers["x-request-id"]
    assert given == str(UUID(given))
    return given
