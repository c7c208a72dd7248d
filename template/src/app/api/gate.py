"""The gate: rate limit and session version in one round trip to Redis (template-owned; contract, "Rates", "Tokens").

Redis holds copies: without it nobody is limited here, and PostgreSQL says whether a session still stands.
"""

from contextlib import suppress
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import Uuid, bindparam, text

from app.api.postgres.database import Database
from app.api.redis.store import Store, StoreError
from app.kit.problems import too_many
from app.kit.rates import Rate
from app.kit.redis_keys import SESSION_TTL, rate_limit_key, session_key
from app.kit.session_versions import ENTER, REMEMBER, is_current, limit_of, word_of
from app.kit.tokens import AccessClaims

_FIND_SESSION = text(
    "SELECT version, revoked_at IS NOT NULL OR expires_at <= NOW() AS is_over FROM sessions"
    " WHERE id = :id AND user_id = :user_id"
).bindparams(bindparam("id", type_=Uuid()), bindparam("user_id", type_=Uuid()))


class Gate:
    """Lets requests in; one a process."""

    def __init__(self, store: Store, database: Database) -> None:
        self._store = store
        self._database = database
        self._enter = store.redis.register_script(ENTER)
        self._remember = store.redis.register_script(REMEMBER)

    async def enter(self, address: str | None, endpoint: str, rate: Rate | None, claims: AccessClaims | None) -> bytes:
        """Count the request, and give what Redis knows of the session; nothing where it knows none.

        Raises:
            ProblemError: 429.
        """
        keys = [rate_limit_key(address, endpoint)]
        if claims is not None:
            keys.append(session_key(claims.user_id, claims.session_id))
        arguments = limit_of(rate)
        try:
            wait, *known = await self._store.run("enter", lambda redis: self._enter(keys, arguments, client=redis))
        except StoreError:
            return b""
        if wait:
            raise too_many(-(-wait // 1000))
        return (known and known[0]) or b""

    async def is_current(self, claims: AccessClaims, known: bytes) -> bool:
        """Whether the token's session stands, at the token's version; `known` is what `enter` gave.

        Raises:
            ProblemError: 503 where neither Redis nor PostgreSQL knows.
        """
        verdict = is_current(known, claims.session_version)
        if verdict is not None:
            return verdict
        row = (
            await self._database.read(
                lambda c: c.execute(_FIND_SESSION, {"id": claims.session_id, "user_id": claims.user_id})
            )
        ).first()
        if row is None:
            return False
        with suppress(StoreError):
            await self.remember(claims.user_id, claims.session_id, row.version, is_revoked=row.is_over)
        return not row.is_over and row.version == claims.session_version

    async def remember(self, user_id: UUID, session_id: UUID, version: int, *, is_revoked: bool) -> None:
        """Write a session's version into Redis, unless that knows a later one.

        Raises:
            StoreError: Redis does not answer.
        """
        word = word_of(version, is_revoked=is_revoked)
        lifetime = int(SESSION_TTL.total_seconds() * 1000)

        async def write(redis: Redis) -> None:
            await self._remember([session_key(user_id, session_id)], [word, lifetime], client=redis)

        await self._store.run("remember", write)
