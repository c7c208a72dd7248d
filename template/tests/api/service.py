"""The service inside the test's own process, with everything around it real (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import select
from starlette.types import ASGIApp, Message

from app.api.application import make_fastapi, wrap
from app.api.layers.edge import Edge
from app.api.runtime import Runtime, make_runtime
from app.api.sessions.service import Client, open_session
from app.api.users.tables import User
from app.components import Settings
from app.domain.log_in import make_tokens
from app.kit.logs import configure_logs

CLIENT_ADDRESS = "192.0.2.1"
ADMIN = "admin@acme.example"


@dataclass(frozen=True)
class Service:
    """A service that runs: its runtime, its whole ASGI application and a client of it."""

    runtime: Runtime
    app: ASGIApp
    client: AsyncClient


@asynccontextmanager
async def open_service(settings: Settings, *routers: APIRouter, log_in_as: str | None = None) -> AsyncIterator[Service]:
    """Run the service, with routers of the test's own below /api/v1, and a client that is logged in if asked."""
    runtime = make_runtime(settings)
    app: ASGIApp
    if not routers:
        app = wrap(runtime)
    else:
        inner = make_fastapi(runtime)
        for router in routers:
            inner.include_router(router, prefix="/api/v1")
        app = Edge(inner, runtime, configure_logs(settings.core))
    transport = ASGITransport(app, raise_app_exceptions=False, client=(CLIENT_ADDRESS, 50_000))
    async with _lifespan(app), AsyncClient(transport=transport, base_url="http://service.test") as client:
        if log_in_as:
            client.headers["Authorization"] = f"Bearer {await access_token(runtime, log_in_as)}"
        yield Service(runtime, app, client)


async def access_token(runtime: Runtime, email: str) -> str:
    """A token of a session that is opened without the time that a password takes."""
    async with runtime.database.transaction() as session:
        user = (await session.scalars(select(User).where(User.email == email))).one()
        opened, token = await open_session(
            session, user.id, user.organization_id, Client(CLIENT_ADDRESS, "tests"), runtime.settings.core
        )
    tokens = make_tokens(opened, user, token, runtime.settings.core)
    return str(tokens["access_token"])


@asynccontextmanager
async def _lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """What a server does at start and end (ASGI, "Lifespan Protocol")."""
    told: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[Message] = asyncio.Queue()
    running = asyncio.create_task(_run(app, told, heard))
    for step in ("startup", "shutdown"):
        await told.put({"type": f"lifespan.{step}"})
        answer = await heard.get()
        assert answer["type"] == f"lifespan.{step}.complete", answer
        if step == "startup":
            try:
                yield
            except BaseException:
                running.cancel()
                raise
    await running


async def _run(app: ASGIApp, told: "asyncio.Queue[Message]", heard: "asyncio.Queue[Message]") -> None:
    scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    await app(scope, told.get, heard.put)
