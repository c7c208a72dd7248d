"""/health, /health/live and /health/ready (template-owned; contract, "Processes")."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from threading import Lock
from typing import Any, ClassVar

from django.db import connection
from django.http import HttpRequest, HttpResponse

from app.apps.postgres.connections import heard_of
from app.apps.redis.store import the_store
from app.apps.runtime import core_settings, process
from app.apps.slices import find_slices
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
from app.site.views import PlainView


class Liveness(PlainView):
    """The process answers; no server is asked."""

    operation_id = "read_liveness"
    replies: ClassVar[Mapping[int, Any]] = {200: Health}
    tags = ("health",)

    def get(self, _: HttpRequest) -> HttpResponse:
        return HttpResponse(ALIVE, "application/json")


class Summary(PlainView):
    """A summary for people and dashboards: always 200."""

    operation_id = "read_health"
    replies: ClassVar[Mapping[int, Any]] = {200: Health}
    tags = ("health",)

    def get(self, _: HttpRequest) -> HttpResponse:
        return _reply(health_checks().results(), is_probe=False)


class Readiness(PlainView):
    """Whether to send requests here: 503 without PostgreSQL, and while the process is stopping."""

    operation_id = "read_readiness"
    replies: ClassVar[Mapping[int, Any]] = {200: Health, 503: Health}
    tags = ("health",)

    def get(self, _: HttpRequest) -> HttpResponse:
        checks = health_checks().results()
        if process.draining:
            checks["process"] = STOPPING
        return _reply(checks, is_probe=True)


class HealthChecks:
    """Pings every server at once, and remembers for a second what they said."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._checked_at = float("-inf")
        self._results: dict[str, CheckResult] = {}
        self._pings: dict[str, Future[Any]] = {}
        self._clients = {one.short_name: one.find(one.client)() for one in find_slices() if one.client}
        # Threads of their own: a ping that hangs keeps no request waiting.
        self._threads = ThreadPoolExecutor(2 + len(self._clients), thread_name_prefix="health")

    def results(self) -> dict[str, CheckResult]:
        with self._lock:
            if time.monotonic() - self._checked_at > FRESH_SECONDS:
                self._results = self._ask_all()
                self._checked_at = time.monotonic()
            return dict(self._results)

    def _ask_all(self) -> dict[str, CheckResult]:
        core, store = core_settings(), the_store()
        asked: dict[str, tuple[Callable[[], Any], Backend, bool]] = {
            "postgres": (_ping_postgres, core.backend_of("postgres"), False),
            "redis": (store.redis.ping, core.backend_of("redis"), store.is_resting),
        }
        for name, client in self._clients.items():
            asked[name] = (client.ping, client.backend, client.is_resting)
        pings = self._pings = {name: self._ping(name, ping) for name, (ping, _, _) in asked.items()}
        wait(pings.values(), PING_SECONDS)
        shows = core.environment == "development"
        results = {}
        for name, (_, backend, is_resting) in asked.items():
            error = pings[name].exception() if pings[name].done() else TimeoutError("no answer in time")
            if name == "postgres" and not pings[name].done() and heard_of(PING_SECONDS):
                # It answers others: only no connection was free.
                error = None
            said = pings[name].result() if error is None and name in self._clients else None
            results[name] = answered(backend, is_resting=is_resting, said=said)
            if error is not None:
                results[name] = failed(backend, _as_exception(error), is_required=name == "postgres", shows=shows)
        return results

    def _ping(self, name: str, ping: Callable[[], Any]) -> "Future[Any]":
        """Ask a server, unless it still owes an answer: one that hangs takes no thread of the others."""
        last = self._pings.get(name)
        return last if last and not last.done() else self._threads.submit(ping)


@cache
def health_checks() -> HealthChecks:
    """The process's one."""
    return HealthChecks()


def _ping_postgres() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _as_exception(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(type(error).__name__)


def _reply(checks: dict[str, CheckResult], *, is_probe: bool) -> HttpResponse:
    body, status, headers = health_of(checks, is_probe=is_probe)
    return HttpResponse(body, "application/json", status, headers=headers)
