"""Health: what each probe says while servers come and go (template-owned)."""

import asyncio
import os
import socket
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.api.conftest import SettingsOf
from tests.api.service import open_service

from app.api.redis.store import StoreError


@pytest.fixture
def nobody() -> str:
    """A port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _core(body: dict[str, Any]) -> dict[str, Any]:
    """The checks of core's two servers."""
    return {name: body["checks"][name] for name in ("postgres", "redis")}


def _backend(server: str) -> str:
    return "embedded" if server in os.environ.get("EMBEDDED_SERVERS", "").split(",") else "real"


async def test_everything_answers(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        live = await service.client.get("/health/live")
        summary = await service.client.get("/health")
        ready = await service.client.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (summary.status_code, ready.status_code) == (200, 200)
    assert summary.json()["status"] == "ok"
    assert _core(summary.json()) == {
        name: {"status": "ok", "backend": _backend(name), "detail": "answers"} for name in ("postgres", "redis")
    }
    assert ready.json() == summary.json()


async def test_without_postgres_the_service_is_not_ready_but_alive(settings: SettingsOf, nobody: str) -> None:
    url = f"postgresql://app:hunter2@127.0.0.1:{nobody}/app"
    async with open_service(settings(DATABASE_URL=url)) as service:
        live = await service.client.get("/health/live")
        summary = await service.client.get("/health")
        ready = await service.client.get("/health/ready")

    assert live.status_code == 200
    assert (summary.status_code, summary.json()["status"]) == (200, "unavailable")
    assert (ready.status_code, ready.headers["retry-after"]) == (503, "5")
    assert ready.headers["content-type"] == "application/json"
    assert ready.json() == summary.json()
    assert ready.json()["checks"]["postgres"] == {
        "status": "unavailable",
        "backend": _backend("postgres"),
        "detail": "does not answer",
    }


async def test_without_redis_the_service_is_degraded_and_ready(settings: SettingsOf, nobody: str) -> None:
    async with open_service(settings(REDIS_URL=f"redis://127.0.0.1:{nobody}")) as service:
        ready = await service.client.get("/health/ready")

    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    redis = {"status": "degraded", "backend": _backend("redis"), "detail": "does not answer"}
    assert ready.json()["checks"]["redis"] == redis


async def test_a_redis_that_is_left_alone_is_degraded_though_it_answers_a_ping(settings: SettingsOf) -> None:
    async def fail(_: Redis) -> None:
        raise OSError

    async with open_service(settings()) as service:
        for _ in range(3):
            with pytest.raises(StoreError):
                await service.runtime.store.run("test", fail)
        ready = await service.client.get("/health/ready")

    redis = {"status": "degraded", "backend": _backend("redis"), "detail": "left alone, since calls kept failing"}
    assert (ready.status_code, ready.json()["checks"]["redis"]) == (200, redis)


@pytest.mark.parametrize("where", ["test", "staging"])
async def test_no_address_is_shown_outside_development(settings: SettingsOf, nobody: str, where: str) -> None:
    down = settings(ENVIRONMENT=where, REDIS_URL=f"redis://127.0.0.1:{nobody}")
    async with open_service(down) as service:
        text = (await service.client.get("/health")).text

    assert nobody not in text
    assert "127.0.0.1" not in text


async def test_people_at_their_own_machine_see_what_failed(settings: SettingsOf, nobody: str) -> None:
    down = settings(ENVIRONMENT="development", REDIS_URL=f"redis://127.0.0.1:{nobody}")
    async with open_service(down) as service:
        detail = (await service.client.get("/health")).json()["checks"]["redis"]["detail"]

    assert detail.startswith("ConnectionError: ")
    assert nobody in detail


async def test_a_stopping_process_is_not_ready_but_alive(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        service.runtime.draining = True
        ready = await service.client.get("/health/ready")
        live = await service.client.get("/health/live")

    assert (ready.status_code, live.status_code) == (503, 200)
    assert ready.json()["checks"]["process"] == {"status": "unavailable", "backend": "real", "detail": "stopping"}


async def test_many_probes_at_once_ask_each_server_once(settings: SettingsOf) -> None:
    asked: list[int] = []

    async def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(1)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(count, "127.0.0.1", 0) as redis:
        url = f"redis://127.0.0.1:{redis.sockets[0].getsockname()[1]}"
        async with open_service(settings(REDIS_URL=url)) as service:
            await service.client.get("/health")
            once = len(asked)
            await asyncio.gather(*(service.client.get("/health") for _ in range(50)))

    assert once > 0
    assert len(asked) == once


async def test_a_silent_server_is_waited_for_half_a_second(settings: SettingsOf) -> None:
    # It takes connections and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        down = settings(DATABASE_URL=f"postgresql://app@127.0.0.1:{port}/app", REDIS_TIMEOUT="5s")
        async with open_service(down) as service:
            began = asyncio.get_running_loop().time()
            ready = await service.client.get("/health/ready")
            took = asyncio.get_running_loop().time() - began

    assert ready.status_code == 503
    assert 0.4 < took < 4
