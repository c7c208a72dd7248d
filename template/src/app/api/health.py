"""/health, /health/live and /health/ready (template-owned; contract, "Processes")."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from app.api.patience import within
from app.api.runtime import Runtime, runtime_of
from app.kit.health import (
    ALIVE,
    FRESH_SECONDS,
    PING_SECONDS,
    STOPPING,
    CheckResult,
    Health,
    answered,
    failed,
    health_of,
)
from app.kit.settings import Backend

router = APIRouter(tags=["health"])

_ANSWERS: dict[int | str, dict[str, Any]] = {503: {"description": "Not ready", "model": Health}}


@router.get("/health/live", response_model=Health, response_model_exclude_none=True)
async def read_liveness() -> Response:
    """The process answers; no server is asked."""
    return Response(ALIVE, media_type="application/json")


@router.get("/health", response_model=Health)
async def read_health(request: Request) -> Response:
    """A summary for people and dashboards: always 200."""
    return _reply(await _checks(request), is_probe=False)


@router.get("/health/ready", response_model=Health, responses=_ANSWERS)
async def read_readiness(request: Request) -> Response:
    """Whether to send requests here: 503 without PostgreSQL, and while the process is stopping."""
    checks = await _checks(request)
    if runtime_of(request).draining:
        checks["process"] = STOPPING
    return _reply(checks, is_probe=True)


class HealthChecks:
    """Pings every server at once, and remembers for a second what they said."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = asyncio.Lock()
        self._checked_at = float("-inf")
        self._results: dict[str, CheckResult] = {}

    async def results(self) -> dict[str, CheckResult]:
        async with self._lock:
            if time.monotonic() - self._checked_at > FRESH_SECONDS:
                self._results = await self._ask_all()
                self._checked_at = time.monotonic()
        return dict(self._results)

    async def _ask_all(self) -> dict[str, CheckResult]:
        runtime, core = self._runtime, self._runtime.settings.core
        asked = {
            "postgres": self._ask(self._ping_postgres, core.backend_of("postgres"), is_required=True),
            "redis": self._ask(self._ping_redis, core.backend_of("redis")),
        }
        asked |= {name: self._ask(client.ping, client.backend) for name, client in runtime.clients.items()}
        results = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
        resting = {"redis": runtime.store.is_resting}
        resting |= {name: client.is_resting for name, client in runtime.clients.items()}
        # An answer to a ping is no proof where the calls before it got none.
        left_alone = {name for name, is_resting in resting.items() if is_resting and results[name].status == "ok"}
        return results | {name: answered(results[name].backend, is_resting=True) for name in left_alone}

    async def _ping_postgres(self) -> None:
        # Or a busy service would look like one without a database, because a ping has to wait its turn.
        if not self._runtime.database.has_just_answered:
            await self._runtime.database.ping()

    async def _ping_redis(self) -> None:
        await self._runtime.store.redis.ping()

    async def _ask(
        self, ping: Callable[[], Awaitable[str | None]], backend: Backend, *, is_required: bool = False
    ) -> CheckResult:
        try:
            said = await within(PING_SECONDS, ping())
        except Exception as error:  # noqa: BLE001 - whatever a client raises, the server is not well
            shows = self._runtime.settings.core.environment == "development"
            return failed(backend, error, is_required=is_required, shows=shows)
        return answered(backend, said=said)


async def _checks(request: Request) -> dict[str, CheckResult]:
    checks: HealthChecks = request.app.state.health
    return await checks.results()


def _reply(checks: dict[str, CheckResult], *, is_probe: bool) -> Response:
    body, status, headers = health_of(checks, is_probe=is_probe)
    return Response(body, status, headers=headers, media_type="application/json")
