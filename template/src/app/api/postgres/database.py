"""PostgreSQL: the pool, and transactions that end within DATABASE_TIMEOUT (template-owned)."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import asyncpg
import orjson
import structlog
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from app.api.postgres.deadlines import (
    SERVER_FIRST_SECONDS,
    PromptConnection,
    drop_lost_connections,
    try_idle_connections,
)
from app.api.postgres.instruments import measure
from app.kit.problems import UNAVAILABLE, ProblemError, unavailable
from app.kit.service import this_service
from app.kit.settings import CoreSettings
from app.kit.strict_json import write_json
from app.kit.urls import PostgresServer

T = TypeVar("T")
_log = structlog.stdlib.get_logger(__name__)
# Connection lost, resources exhausted, shutting down, not accepting, statement timed out.
_UNREACHABLE_STATES = ("08", "53", "57P", "57014")
# Deadlock and serialization failure: undone by the server, and good if sent again.
_CROSSED = "40"

# Long for a ROLLBACK, and short enough that what a hung server answered last is still told in time.
_GIVING_BACK_SECONDS = 2.0
_RECENT_SECONDS = 0.5
_EFFECTS = "effects after commit"
_PING = text("SELECT 1")


class Database:
    """The service's database; cheap to make, connects when first used."""

    def __init__(self, engine: AsyncEngine, *, size: int, seconds: float) -> None:
        self.engine = engine
        self._seconds = seconds
        # In the order of arrival: the pool's own queue lets some starve.
        self._turns = asyncio.Semaphore(size)
        self._answered_at = float("-inf")

    @property
    def has_just_answered(self) -> bool:
        """Whether anybody had an answer from PostgreSQL in the last half second."""
        return time.monotonic() - self._answered_at < _RECENT_SECONDS

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone if the block raises.

        Raises:
            ProblemError: 503 where PostgreSQL does not answer in time; nothing is then committed, or not known to be.
        """
        session = AsyncSession(self.engine, expire_on_commit=False)
        async with self._held(session, session.connection):
            yield session
            await session.commit()
            self._answered_at = time.monotonic()
        for effect in session.info.get(_EFFECTS, ()):
            await effect()

    async def read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `work` reads, in a transaction of its own.

        If the connection is lost meanwhile, `work` is done once more on another one: it must change nothing.

        Raises:
            ProblemError: 503 where PostgreSQL does not answer in time.
        """
        loop = asyncio.get_running_loop()
        gives_up = loop.time() + self._seconds + SERVER_FIRST_SECONDS
        try:
            return await self._read(work)
        except ProblemError as problem:
            if not _is_lost(problem.__cause__):
                raise
        try:
            # Both tries together: one may have waited long before its connection was lost.
            async with asyncio.timeout_at(gives_up):
                return await self._read(work)
        except TimeoutError as error:
            raise unavailable("PostgreSQL") from error

    async def ping(self) -> None:
        """Raise unless PostgreSQL answers."""
        await self.read(lambda connection: connection.execute(_PING))

    async def close(self) -> None:
        await self.engine.dispose()

    async def _read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        connection = self.engine.connect()
        async with self._held(connection, connection.start):
            result = await work(connection)
            self._answered_at = time.monotonic()
            return result

    @asynccontextmanager
    async def _held(
        self, holder: AsyncSession | AsyncConnection, connect: Callable[[], Awaitable[Any]]
    ) -> AsyncIterator[None]:
        """A connection of the pool for `holder`, given back at the end; what failed on it is undone."""
        has_turn = False
        try:
            # Waiting for one's turn, trying an old connection and making a new one: all of it together is in time.
            async with asyncio.timeout(self._seconds):
                has_turn = await self._turns.acquire()
                await connect()
            yield
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) or _is_unreachable(error):
                await _drop(holder)
            if _is_unreachable(error):
                _log.warning("PostgreSQL does not answer", error=f"{type(error).__name__}: {error}"[:200])
                raise unavailable("PostgreSQL") from error
            if _sqlstate(error).startswith(_CROSSED):
                raise _try_again() from error
            raise
        finally:
            try:
                await _give_back(holder)
            finally:
                if has_turn:
                    self._turns.release()


def after_commit(session: AsyncSession, effect: Callable[[], Awaitable[None]]) -> None:
    """Do `effect` once the session's transaction is committed, never if it is undone.

    It must not raise, since what it follows has happened; what must not be lost goes into the outbox as well.
    """
    session.info.setdefault(_EFFECTS, []).append(effect)


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """What the block writes is undone if it raises, with its effects after commit; the transaction goes on."""
    effects = list(session.info.get(_EFFECTS, ()))
    try:
        async with session.begin_nested():
            yield
    except BaseException:
        session.info[_EFFECTS] = effects
        raise


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
        # What people sent is in no error's text, and so in no log.
        hide_parameters=True,
        json_serializer=lambda value: write_json(value).decode(),
        json_deserializer=orjson.loads,
    )
    # First: what listens to errors after one that raises is not told.
    measure(engine)
    drop_lost_connections(engine)
    try_idle_connections(engine)
    return Database(engine, size=settings.database_pool_size, seconds=seconds)


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


async def _drop(holder: AsyncSession | AsyncConnection) -> None:
    """Cut the connection, which undoes as surely as ROLLBACK and waits for no server that hangs."""
    if _has_connection(holder):
        with suppress(exc.InvalidRequestError):  # it is cut already
            await holder.invalidate()


async def _give_back(holder: AsyncSession | AsyncConnection) -> None:
    """Undo what is not committed; a server that is lost by now has done so, and what was read or committed stands."""
    if not _has_connection(holder):
        return
    try:
        async with asyncio.timeout(_GIVING_BACK_SECONDS):
            await holder.close()
    except BaseException as error:
        await _drop(holder)
        if not _is_unreachable(error):
            raise


def _has_connection(holder: AsyncSession | AsyncConnection) -> bool:
    return isinstance(holder, AsyncSession) or holder.sync_connection is not None


def _is_lost(error: BaseException | None) -> bool:
    """Whether the connection was cut off, by a fail-over for example, rather than silent or refused."""
    return isinstance(error, ConnectionError) or (isinstance(error, exc.DBAPIError) and error.connection_invalidated)


def _is_unreachable(error: BaseException) -> bool:
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated or _sqlstate(error).startswith(_UNREACHABLE_STATES)
    return isinstance(
        error,
        (
            OSError,
            exc.TimeoutError,
            asyncpg.InterfaceError,
            asyncpg.PostgresError,  # only from connecting: SQLAlchemy wraps those of statements
        ),
    )


def _sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of five characters; empty where the error is none of its own."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def _try_again() -> ProblemError:
    detail = "Another request was changing the same rows; nothing was done, send it again."
    return ProblemError(UNAVAILABLE, detail, headers={"Retry-After": "1"})
