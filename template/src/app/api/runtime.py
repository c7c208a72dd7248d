"""What a running process holds: settings, database, Redis and the components' clients (template-owned)."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from fastapi import Request
from opentelemetry.trace import Tracer

from app.api.activity import ActiveUsers
from app.api.attempts import LoginAttempts
from app.api.gate import Gate
from app.api.hashing import PasswordHashing
from app.api.postgres.database import Database, open_database
from app.api.redis.cache import Cache
from app.api.redis.store import Store, open_store
from app.components import Settings
from app.kit.settings import Backend
from app.kit.tokens import TokenVerifier


class Client(Protocol):
    """A component's open client, as health sees it."""

    @property
    def backend(self) -> Backend: ...

    @property
    def is_resting(self) -> bool:
        """Whether the server is left alone at this moment, because calls kept failing."""
        ...

    async def ping(self) -> str | None:
        """Raise unless the server behind it answers; what people should know of it, if anything."""
        ...


# Opens a component's client for as long as the process runs.
Opener = Callable[[Settings], AbstractAsyncContextManager[Client]]


@dataclass
class Runtime:
    """Made once a process; `draining` turns true when it has been told to stop."""

    settings: Settings
    database: Database
    store: Store
    gate: Gate
    verifier: TokenVerifier
    attempts: LoginAttempts
    hashing: PasswordHashing
    active_users: ActiveUsers
    organizations: Cache
    clients: dict[str, Client] = field(default_factory=dict)
    draining: bool = False
    # Makes the spans of requests that are recorded; none where no collector is set.
    tracer: Tracer | None = None


def make_runtime(settings: Settings) -> Runtime:
    """Make it without connecting to anything."""
    core = settings.core
    database, store = open_database(core), open_store(core)
    return Runtime(
        settings=settings,
        database=database,
        store=store,
        gate=Gate(store, database),
        verifier=TokenVerifier(core),
        attempts=LoginAttempts(store, core),
        hashing=PasswordHashing(),
        active_users=ActiveUsers(store),
        organizations=Cache(store, "organization"),
    )


@asynccontextmanager
async def open_runtime(runtime: Runtime, openers: Mapping[str, Opener]) -> AsyncIterator[None]:
    """Open the components' clients, in order, and close everything at the end."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runtime.database.close)
        stack.push_async_callback(runtime.store.close)
        stack.push_async_callback(runtime.active_users.settle)
        stack.callback(runtime.hashing.close)
        for name, opener in openers.items():
            runtime.clients[name] = await stack.enter_async_context(opener(runtime.settings))
        yield


def runtime_of(request: Request) -> Runtime:
    """The runtime of the application that serves `request`."""
    runtime: Runtime = request.app.state.runtime
    return runtime
