"""The caller's own account (template-owned)."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response
from sqlalchemy import bindparam, select

from app.api.organizations.service import read_organization
from app.api.outbox.publish import publish_change
from app.api.rows import set_fields
from app.api.runtime import Runtime
from app.api.users.service import rows
from app.api.users.tables import User
from app.domain.access import PERMISSIONS
from app.domain.caller import Caller
from app.kit.problems import unauthenticated
from app.kit.strict_json import write_json
from app.kit.versions import check_if_match, entity_tag

_ME = select(*rows.columns).where(rows.table.c.id == bindparam("id"))


async def read_me(runtime: Runtime, caller: Caller) -> Response:
    """The caller, what the caller may do, and where."""
    found = await runtime.database.read(lambda connection: connection.execute(_ME, {"id": caller.user_id}))
    return await _reply(runtime, found.one())


async def change_me(runtime: Runtime, caller: Caller, if_match: str | None, values: Mapping[str, Any]) -> Response:
    """Set the caller's own fields; publishes `user.updated`.

    Raises:
        ProblemError: 428, 412.
    """
    async with runtime.database.transaction() as session:
        held = await session.get(User, caller.user_id, with_for_update={"key_share": True})
        if held is None:
            raise unauthenticated()
        check_if_match(if_match, held.version)
        changes = await set_fields(session, caller, held, values)
        if changes:
            await publish_change(session, caller, "user.updated", held, {"changes": changes})
    return await _reply(runtime, held)


async def _reply(runtime: Runtime, user: Any) -> Response:
    organization = await read_organization(runtime, user.organization_id)
    body = {
        **{column.key: getattr(user, column.key) for column in rows.columns},
        "roles": [user.role],
        "permissions": PERMISSIONS[user.role],
        "organization": {"id": organization["id"], "name": organization["name"]},
    }
    return Response(write_json(body), headers={"ETag": entity_tag(user.version)}, media_type="application/json")
