"""A PostgreSQL that stops answering and goes on again: a server of this file's own (template-owned)."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from tests.apps.application import bearer, log_in
from tests.commands import Serving, run, serving
from tests.forwarding import forwarding
from tests.own_servers import OwnServer, own_postgres

ADMIN, PASSWORD = "admin@acme.example", "correct horse battery staple"
USERS = "/api/v1/users"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    with own_postgres(tmp_path_factory.mktemp("own-server")) as own:
        for command in ("migrate", "seed"):
            done = run(command, DATABASE_URL=own.url)
            assert (done.returncode, done.stderr) == (0, "")
        yield own


def logged_in(service: Serving) -> dict[str, str]:
    response = log_in(service.client, ADMIN, PASSWORD)
    assert response.status_code == 200, response.text
    return bearer(response.json())


def timed(service: Serving, headers: dict[str, str], after: float = 0, path: str = USERS) -> tuple[int, float]:
    """Ask after so many seconds; the status and how long it took."""
    time.sleep(after)
    began = time.monotonic()
    with httpx2.Client(base_url=service.client.base_url, timeout=30, trust_env=False) as client:
        status = client.get(path, headers=headers).status_code
    return status, time.monotonic() - began


def heals(service: Serving, headers: dict[str, str]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if service.client.get(USERS, headers=headers).status_code == 200:
            return True
        time.sleep(0.05)
    return False


def test_every_request_to_a_hung_server_ends_within_five_seconds(own_server: OwnServer, tmp_path: Path) -> None:
    given = {"DATABASE_URL": own_server.url, "DATABASE_POOL_SIZE": "3"}
    with serving(tmp_path / "log", **given) as service, ThreadPoolExecutor(40) as crowd:
        token = logged_in(service)
        # The pool is warm, and requests go on arriving while more than there are threads already wait.
        warm = [crowd.submit(timed, service, token) for _ in range(6)]
        assert {one.result()[0] for one in warm} == {200}
        with own_server.hanging():
            asked = [crowd.submit(timed, service, token, number * 0.1) for number in range(32)]
            ready = crowd.submit(timed, service, token, 1.0, "/health/ready")
            live = crowd.submit(timed, service, token, 0.5, "/health/live")
            answers = [one.result() for one in asked]
        assert heals(service, token)

    assert {status for status, _ in answers} == {503}
    assert max(seconds for _, seconds in answers) < 5
    assert (ready.result()[0], live.result()[0]) == (503, 200)
    assert max(ready.result()[1], live.result()[1]) < 3


def test_a_server_that_goes_on_is_used_again(own_server: OwnServer, tmp_path: Path) -> None:
    with serving(tmp_path / "log", DATABASE_URL=own_server.url, DATABASE_TIMEOUT="1s") as service:
        token = logged_in(service)
        with own_server.hanging():
            assert timed(service, token)[0] == 503
        assert heals(service, token)


async def test_a_server_that_restarts_is_found_again(own_server: OwnServer, tmp_path: Path) -> None:
    # Behind one address, as a database that fails over is.
    async with forwarding(lambda: own_server.url) as proxy:
        await asyncio.to_thread(_outlive, own_server, proxy.url, tmp_path / "log")


def _outlive(own_server: OwnServer, url: str, log: Path) -> None:
    with serving(log, DATABASE_URL=url) as service:
        token = logged_in(service)
        own_server.stop()
        assert timed(service, token)[0] == 503
        own_server.start()
        assert heals(service, token)
