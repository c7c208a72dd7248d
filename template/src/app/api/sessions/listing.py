"""The list of a user's sessions (template-owned; contract, "/auth/sessions")."""

from datetime import datetime
from typing import Any

from fastapi import Response
from sqlalchemy import bindparam, func, select, tuple_

from app.api.lists import PageQuery, page_reply
from app.api.postgres.database import Database
from app.api.sessions.tables import Session
from app.domain.caller import Caller
from app.kit.pagination import CursorCodec
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings

_COLUMNS = (Session.id, Session.created_at, Session.last_used_at, Session.device, Session.ip)
_NAMES = (*(column.key for column in _COLUMNS), "current")
_FIRST = (
    select(*_COLUMNS, (Session.id == bindparam("session_id")).label("current"))
    .where(Session.user_id == bindparam("user_id"), Session.revoked_at.is_(None), Session.expires_at > func.now())
    .order_by(Session.created_at.desc(), Session.id.desc())
    .limit(bindparam("limit"))
)
_NEXT = _FIRST.where(
    tuple_(Session.created_at, Session.id)
    < tuple_(bindparam("after", type_=Session.created_at.type), bindparam("after_id", type_=Session.id.type))
)


async def list_sessions(database: Database, query: PageQuery, caller: Caller, settings: CoreSettings) -> Response:
    """A page of the caller's own sessions, the latest log-in first.

    Raises:
        ProblemError: 422 for a cursor of another list.
    """
    codec = CursorCodec(derived_keys(settings, "cursors"), f"sessions of {caller.user_id}")
    values: dict[str, Any] = {
        "user_id": caller.user_id,
        "session_id": caller.session_id,
        "limit": query.limit + 1,
    }
    if query.cursor is not None:
        position = codec.decode(query.cursor)
        values |= {"after": datetime.fromisoformat(position.value), "after_id": position.id}
    statement = _FIRST if query.cursor is None else _NEXT
    found = (await database.read(lambda connection: connection.execute(statement, values))).all()
    return page_reply(found, _NAMES, query.limit, codec=codec, key="created_at")
