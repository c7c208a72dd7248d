"""Doing a request once, however often it is sent (template-owned; contract, "Idempotency-Key")."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlalchemy import exc, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.caller import CurrentCaller
from app.api.idempotency.tables import IdempotencyKey
from app.domain.caller import Caller
from app.kit.idempotency import (
    KEPT,
    KEY_PATTERN,
    LOCK_TIMEOUT,
    LONGEST_KEY,
    REPEATED_HEADERS,
    in_progress,
    other_body,
    request_hash,
)

_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Once:
    """A request and its key; `key` is none where the caller sent none."""

    key: str | None
    caller: Caller
    method: str
    path: str
    request_hash: bytes

    async def run(self, session: AsyncSession, work: Callable[[], Awaitable[Response]]) -> Response:
        """Do `work` in the caller's transaction, or give the first answer again.

        The answer is stored in the same transaction: what fails is not kept, and may be sent again.

        Raises:
            ProblemError: 422 where the key came with another body, 409 while the first request is being worked on.
        """
        if self.key is None:
            return await work()
        if not await self._take(session):
            return await self._first_answer(session)
        response = await work()
        await self._keep(session, response)
        return response

    @property
    def _identity(self) -> dict[str, Any]:
        return {
            "user_id": self.caller.user_id,
            "method": self.method,
            "path": self.path,
            "key": self.key,
        }

    async def _take(self, session: AsyncSession) -> bool:
        """Whether the key is ours now. Another request with it makes this wait until that has ended."""
        fresh = {"request_hash": self.request_hash, "created_at": func.now(), "status": None}
        statement = (
            insert(IdempotencyKey)
            .values(**self._identity, request_hash=self.request_hash)
            .on_conflict_do_update(
                constraint="idempotency_keys_pkey",
                set_=fresh,
                where=IdempotencyKey.created_at < func.now() - KEPT,
            )
            .returning(IdempotencyKey.key)
        )
        await session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        try:
            taken = await session.scalar(statement)
        except exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise in_progress() from None
            raise
        await session.execute(text("SET LOCAL lock_timeout = DEFAULT"))
        return taken is not None

    async def _first_answer(self, session: AsyncSession) -> Response:
        row = (await session.scalars(select(IdempotencyKey).filter_by(**self._identity))).one()
        if row.request_hash != self.request_hash:
            raise other_body()
        return Response(row.body, row.status or 200, headers=row.headers, media_type="application/json")

    async def _keep(self, session: AsyncSession, response: Response) -> None:
        answer = {
            "status": response.status_code,
            "body": bytes(response.body).decode(),
            "headers": {n: response.headers[n] for n in REPEATED_HEADERS if n in response.headers},
        }
        await session.execute(update(IdempotencyKey).filter_by(**self._identity).values(**answer))


async def _once(
    request: Request,
    caller: CurrentCaller,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=LONGEST_KEY,
            pattern=KEY_PATTERN,
            description="Repeats with this key get the first answer, for 24 hours",
        ),
    ] = None,
) -> Once:
    hashed = request_hash(await request.json()) if key else b""
    return Once(key, caller, request.method, request.url.path, hashed)


OnlyOnce = Annotated[Once, Depends(_once)]
