"""An upload that is said to be complete: its bytes are taken, looked at, then held or given out (template-owned)."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.api.runtime import Runtime
from app.api.storage.service import hold, read_attachment, settle
from app.api.storage.stores import prefix_of, store_of
from app.components import find_components
from app.components.storage import holds_back
from app.domain.caller import Caller
from app.domain.storage import Parent, missing_upload, new_key, verdict
from app.kit.problems import ProblemError


async def complete(runtime: Runtime, caller: Caller, parent: Parent, row_id: UUID) -> Any:
    """The attachment, whose status says what its bytes are; one that is complete stays as it is.

    What was uploaded is copied to a key of this call's own, to which no link can write, and looked at there. Of several
    calls at once one has its copy named by the row; the others' copies are removed.

    Raises:
        ProblemError: 404; 409 where nothing was uploaded.
    """
    row = await read_attachment(runtime.database, caller, parent, row_id)
    if row.status != "pending":
        return row
    store, copy = store_of(runtime), new_key(prefix_of(runtime), caller.organization_id, datetime.now(UTC))
    kept = await store.keep(row.key, at=copy)
    if kept is None:
        return await _completed_by_another(runtime, caller, parent, row_id)
    status = verdict(row, kept, is_held_back=holds_back(find_components()))
    async with runtime.database.transaction() as session:
        held = await hold(session, caller, parent, row_id)
        if held.status == "pending":
            await settle(session, caller, held, status, None if status == "rejected" else copy)
    # What is left for now, nobody names: the sweep removes it.
    with suppress(ProblemError):
        await store.remove([row.key] if held.key == copy else [row.key, copy])
    return held


async def _completed_by_another(runtime: Runtime, caller: Caller, parent: Parent, row_id: UUID) -> Any:
    """The attachment, where another call has taken what was uploaded."""
    row = await read_attachment(runtime.database, caller, parent, row_id)
    if row.status == "pending":
        raise missing_upload()
    return row
