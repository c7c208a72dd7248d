"""Doing a request once, however often it is sent (template-owned; contract, "Idempotency-Key")."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.idempotency.models import IdempotencyKey
from app.apps.postgres.errors import sqlstate
from app.apps.rest.authentication import caller_of
from app.domain.caller import Caller
from app.kit.idempotency import (
    KEPT,
    KEY_PATTERN,
    LOCK_TIMEOUT,
    LONGEST_KEY,
    POINTER,
    REPEATED_HEADERS,
    in_progress,
    other_body,
    request_hash,
)
from app.kit.problems import invalid

_LOCK_NOT_AVAILABLE = "55P03"
# `ON CONFLICT … WHERE` is not in the ORM. Another request with the key makes this wait until that has ended.
_TAKE = """
    INSERT INTO idempotency_keys (user_id, method, path, key, request_hash) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT ON CONSTRAINT idempotency_keys_pkey
    DO UPDATE SET request_hash = EXCLUDED.request_hash, created_at = NOW(), status = NULL
    WHERE idempotency_keys.created_at < NOW() - make_interval(secs => %s)
    RETURNING key
"""


@dataclass(frozen=True)
class Once:
    """A request and its key; `key` is none where the caller sent none."""

    key: str | None
    caller: Caller
    method: str
    path: str
    request_hash: bytes

    def run(self, work: Callable[[], HttpResponse]) -> HttpResponse:
        """Do `work` in the caller's transaction, or give the first answer again.

        The answer is stored in the same transaction: what fails is not kept, and may be sent again.

        Raises:
            ProblemError: 422 where the key came with another body, 409 while the first request is being worked on.
        """
        if self.key is None:
            return work()
        if not self._take():
            return self._first_answer()
        response = work()
        self._keep(response)
        return response

    @property
    def _identity(self) -> dict[str, Any]:
        return {"user_id": self.caller.user_id, "method": self.method, "path": self.path, "key": self.key}

    def _take(self) -> bool:
        """Whether the key is ours now."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            try:
                cursor.execute(_TAKE, [*self._identity.values(), self.request_hash, KEPT.total_seconds()])
            except OperationalError as error:
                if sqlstate(error) == _LOCK_NOT_AVAILABLE:
                    raise in_progress() from None
                raise
            taken = cursor.fetchone()
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
        return taken is not None

    def _first_answer(self) -> HttpResponse:
        row = IdempotencyKey.objects.get(**self._identity)
        if bytes(row.request_hash) != self.request_hash:
            raise other_body()
        return HttpResponse(row.body, "application/json", row.status, headers=row.headers)

    def _keep(self, response: HttpResponse) -> None:
        IdempotencyKey.objects.filter(**self._identity).update(
            status=response.status_code,
            body=response.content.decode(),
            headers={name: response[name] for name in REPEATED_HEADERS if name in response},
        )


def once(request: Request, document: Any) -> Once:
    """How often the caller wants this request done; `document` is its body.

    Raises:
        ProblemError: 422 for a key of other characters, or of too many.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and (len(key) > LONGEST_KEY or not re.fullmatch(KEY_PATTERN, key)):
        raise invalid(POINTER, f"must have 1 to {LONGEST_KEY} visible characters of ASCII")
    hashed = request_hash(document) if key else b""
    return Once(key, caller_of(request), str(request.method), request.path, hashed)
