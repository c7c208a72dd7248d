"""Health: what a load balancer and an operator read (template-owned; contract, "Processes")."""

import pytest
from httpx2 import Client


def test_live_tells_of_the_process_alone(anonymous: Client) -> None:
    response = anonymous.get("/health/live")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_summary_and_readiness_report_each_server(anonymous: Client, path: str) -> None:
    response = anonymous.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"status", "checks"}
    assert body["status"] in {"ok", "degraded"}
    assert {"postgres", "redis"} <= set(body["checks"])
    assert body["checks"]["postgres"]["status"] == "ok"


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_every_check_says_its_state_and_kind_of_server(anonymous: Client, path: str) -> None:
    checks = anonymous.get(path).json()["checks"]
    for check in checks.values():
        assert {"status", "backend"} <= set(check) <= {"status", "backend", "detail"}
        assert check["status"] in {"ok", "degraded", "unavailable"}
        assert check["backend"] in {"embedded", "real"}
        assert isinstance(check.get("detail", ""), str)


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_health_is_ok_where_all_checks_are(anonymous: Client, path: str) -> None:
    body = anonymous.get(path).json()
    all_are_ok = all(check["status"] == "ok" for check in body["checks"].values())
    assert (body["status"] == "ok") == all_are_ok


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_health_gives_no_address_away(anonymous: Client, path: str) -> None:
    text = anonymous.get(path).text
    for secret in ("127.0.0.1", "localhost", "://", "Traceback", "password"):
        assert secret not in text
