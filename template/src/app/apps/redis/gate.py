"""The gate: rate limit and session version in one round trip to Redis (template-owned; contract, "Rates", "Tokens")."""

from contextlib import suppress
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from app.apps.postgres.reads import read
from app.apps.redis.store import Store, StoreError, the_store
from app.kit.problems import too_many
from app.kit.rates import Rate
from app.kit.redis_keys import SESSION_TTL, rate_limit_key, session_key
from app.kit.session_versions import ENTER, REMEMBER, is_current, limit_of, word_of
from app.kit.tokens import AccessClaims

# Not by a model: whoever is let in is none of the gate's slices.
_FIND_SESSION = (
    "SELECT version, revoked_at IS NOT NULL OR expires_at <= NOW() FROM sessions WHERE id = %s AND user_id = %s"
)


class Gate:
    """Lets requests in; one a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._enter = store.redis.register_script(ENTER)
        self._remember = store.redis.register_script(REMEMBER)

    def enter(self, address: str | None, endpoint: str, rate: Rate | None, claims: AccessClaims | None) -> bytes:
        """Count the request, and give what Redis knows of the session; nothing where it knows none.

        Raises:
            ProblemError: 429.
        """
        keys = [rate_limit_key(address, endpoint)]
        if claims is not None:
            keys.append(session_key(claims.user_id, claims.session_id))
        arguments = limit_of(rate)
        try:
            reply: Any = self._store.run("enter", lambda: self._enter(keys, arguments))
        except StoreError:
            return b""
        wait, *known = reply
        if wait:
            raise too_many(-(-wait // 1000))
        return (known and known[0]) or b""

    def is_current(self, claims: AccessClaims, known: bytes) -> bool:
        """Whether the token's session stands, at the token's version; `known` is what `enter` gave."""
        verdict = is_current(known, claims.session_version)
        if verdict is not None:
            return verdict
        row = read(lambda: _find(claims))
        if row is None:
            return False
        version, is_over = row
        with suppress(StoreError):
            self.remember(claims.user_id, claims.session_id, version, is_revoked=is_over)
        return not is_over and version == claims.session_version

    def remember(self, user_id: UUID, session_id: UUID, version: int, *, is_revoked: bool) -> None:
        """Write a session's version into Redis, unless that knows a later one.

        Raises:
            StoreError: Redis does not answer.
        """
        word = word_of(version, is_revoked=is_revoked)
        lifetime = int(SESSION_TTL.total_seconds() * 1000)
        self._store.run("remember", lambda: self._remember([session_key(user_id, session_id)], [word, lifetime]))


@cache
def the_gate() -> Gate:
    """The process's one."""
    return Gate(the_store())


def _find(claims: AccessClaims) -> tuple[int, bool] | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIND_SESSION, [claims.session_id, claims.user_id])
        found: tuple[int, bool] | None = cursor.fetchone()
    return found
