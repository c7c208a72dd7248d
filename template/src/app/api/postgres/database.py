"""PostgreSQL: the pool, and transactions that end within DATABASE_TIMEOUT (template-owned)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
import structlog
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.api.postgres.deadlines import SERVER_FIRST_SECONDS, PromptConnection, drop_silent_connections
from app.kit.problems import unavailable
from app.kit.service import this_service
from app.kit.settings import CoreSettings
from app.kit.urls import PostgresServer

_log = structlog.stdlib.get_logger(__name__)
# Connection lost, resources exhausted, shutting down, not accepting, statement timed out.
_UNREACHABLE_STATES = ("08", "53", "57P", "57014")


class Database:
    """The service's database; cheap to make, connects when first used."""

    def __init__(self, engine: AsyncEngine, seconds: float) -> None:
        self.engine = engine
        self._seconds = seconds

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone if the block raises.

        Raises:
            ProblemError: 503 where PostgreSQL does not answer in time; nothing is then committed, or not known to be.
        """
        session = AsyncSession(self.engine, expire_on_commit=False)
        try:
            # Waiting for the pool, trying an old connection and making a new one: all of it together is in time.
            async with asyncio.timeout(self._seconds):
                await session.connection()
            yield session
            await session.commit()
        except BaseException as error:
            await _undo(session, error)
            if _is_unreachable(error):
                _log.warning("PostgreSQL does not answer", error=f"{type(error).__name__}: {error}"[:200])
                raise unavailable("PostgreSQL") from error
            raise
        finally:
            await session.close()

    async def ping(self) -> None:
        """Raise unless PostgreSQL answers."""
        async with self.transaction() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def open_database(settings: CoreSettings) -> Database:
    """Make the pool: at most DATABASE_POOL_SIZE connections, none beyond it."""
    seconds = settings.database_timeout.total_seconds()
    arguments = connect_arguments(settings.database_url) | {
        "timeout": seconds,
        "command_timeout": seconds + SERVER_FIRST_SECONDS,
        "connection_class": PromptConnection,
    }
    arguments["server_settings"] |= {"statement_timeout": f"{int(seconds * 1000)}"}
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connector(arguments),
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=seconds,
        pool_pre_ping=True,
        json_serializer=lambda value: orjson.dumps(value, default=str).decode(),
        json_deserializer=orjson.loads,
    )
    drop_silent_connections(engine)
    return Database(engine, seconds)


def connect_arguments(server: PostgresServer) -> dict[str, Any]:
    """What asyncpg's `connect` wants for this server."""
    return {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password or None,
        "database": server.database,
        "ssl": server.tls_context(),
        "server_settings": {"application_name": this_service().slug, "timezone": "UTC"} | dict(server.options),
    }


def connector(arguments: dict[str, Any]) -> Callable[..., Awaitable[Any]]:
    """What SQLAlchemy calls for a new connection; it would otherwise read a URL in its own way."""

    async def connect(*_: Any, **__: Any) -> Any:
        return await asyncpg.connect(**arguments)

    return connect


async def _undo(session: AsyncSession, error: BaseException) -> None:
    # A hung server would not answer ROLLBACK either: drop the connection, which undoes as surely.
    if isinstance(error, asyncio.CancelledError) or _is_unreachable(error):
        await session.invalidate()
    else:
        await session.rollback()


def _is_unreachable(error: BaseException) -> bool:
    if isinstance(error, exc.DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or state.startswith(_UNREACHABLE_STATES)
    return isinstance(
        error,
        (
            OSError,
            exc.TimeoutError,
            asyncpg.InterfaceError,
            asyncpg.PostgresError,  # only from connecting: SQLAlchemy wraps those of statements
        ),
    )
