"""CPU time of a request that does nothing, through some of the layers: `python noop.py LAYER REQUESTS`.

A layer comes with those before it in LAYERS. Prints microseconds a request, of all threads of this process,
on standard error; standard output is the service's log. Runs in a rendered service's environment.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import uvloop
from app.api.application import make_fastapi
from app.api.gate import Gate
from app.api.layers.edge import Edge
from app.api.layers.operation import Operation
from app.api.redis.store import Store
from app.api.runtime import Runtime, make_runtime
from app.components import load_settings
from app.domain.operations import needs, open_to
from app.kit.logs import configure_logs
from app.kit.settings import CoreSettings
from app.kit.tokens import issue_access_token
from fastapi import APIRouter, FastAPI, Response
from redis.asyncio import Redis
from starlette.types import ASGIApp, Message, Scope

LAYERS = ("route", "operation", "edge", "token", "tracing", "redis")
USER, SESSION = uuid4(), uuid4()


class Unasked(Store):
    """What Redis would answer, without asking it."""

    async def run(self, operation: str, call: Callable[[Redis], Awaitable[Any]]) -> Any:
        return [0, b"1"]


async def measure(layer: str, requests: int) -> float:
    """CPU microseconds a request."""
    on = LAYERS[: LAYERS.index(layer) + 1]
    settings = load_settings()
    runtime = make_runtime(settings)
    app = _application(runtime, on)
    headers = [(b"host", b"127.0.0.1"), (b"user-agent", b"bench"), (b"accept", b"*/*")]
    if "token" in on:
        headers.append((b"authorization", b"Bearer " + _token(settings.core).encode()))
    async with app.router.lifespan_context(app):
        if "redis" in on:
            await runtime.gate.remember(USER, SESSION, 1, is_revoked=False)
        outermost = Edge(app, runtime, configure_logs(settings.core)) if "edge" in on else app
        await _ask(outermost, headers, requests // 5)
        # The first export happens now: it imports and connects, once in the life of a process.
        await asyncio.sleep(1 if "tracing" in on else 0)
        began = time.process_time()
        await _ask(outermost, headers, requests)
        return (time.process_time() - began) / requests * 1_000_000


def _application(runtime: Runtime, on: tuple[str, ...]) -> FastAPI:
    if "redis" not in on:
        runtime.gate = Gate(Unasked(runtime.store.redis, seconds=1), runtime.database)
    is_operation = "operation" in on
    app = make_fastapi(runtime) if is_operation else FastAPI(openapi_url=None)
    router = APIRouter(route_class=Operation) if is_operation else APIRouter()
    access = needs("tasks:read") if "token" in on else open_to("public")
    router.add_api_route("/noop", noop, openapi_extra=access)
    app.include_router(router)
    # First, so that what is measured is the layers and not how many routes a service has.
    app.router.routes.insert(0, app.router.routes.pop())
    return app


async def noop() -> Response:
    return Response(b"{}", media_type="application/json")


def _token(settings: CoreSettings) -> str:
    claims = {"sub": str(USER), "org": str(UUID(int=1)), "roles": ["OrgAdmin"], "sid": str(SESSION), "sv": 1}
    return issue_access_token(
        settings, claims, permissions=(), now=datetime.now(UTC), life=timedelta(minutes=15)
    )


async def _ask(app: ASGIApp, headers: list[tuple[bytes, bytes]], times: int) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message.get("status", 200) != 200:
            raise RuntimeError(f"answered {message['status']}")

    for _ in range(times):
        await app(_scope(headers), receive, send)


def _scope(headers: list[tuple[bytes, bytes]]) -> Scope:
    """As uvicorn makes it, anew for each request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 3000),
        "client": ("127.0.0.1", 50000),
        "scheme": "http",
        "method": "GET",
        "root_path": "",
        "path": "/noop",
        "raw_path": b"/noop",
        "query_string": b"",
        "headers": headers,
        "state": {},
    }


if __name__ == "__main__":
    print(uvloop.run(measure(sys.argv[1], int(sys.argv[2]))), file=sys.stderr)
