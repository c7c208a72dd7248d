"""An upload that is said to be complete: its bytes are taken, looked at, then held or given out (template-owned)."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from app.apps.runtime import service_settings
from app.apps.storage.models import Attachment
from app.apps.storage.selectors import read_attachment
from app.apps.storage.services import hold, settle
from app.apps.storage.stores import prefix_of, the_store
from app.components import find_components
from app.components.storage import holds_back
from app.domain.caller import Caller
from app.domain.storage import Parent, missing_upload, new_key, verdict
from app.kit.problems import ProblemError


def complete(caller: Caller, parent: Parent, row_id: UUID) -> Attachment:
    """The attachment, whose status says what its bytes are; one that is complete stays as it is.

    What was uploaded is copied to a key of this call's own, to which no link can write, and looked at there. Of several
    calls at once one has its copy named by the row; the others' copies are removed.

    Raises:
        ProblemError: 404; 409 where nothing was uploaded.
    """
    row = read_attachment(caller, parent, row_id)
    if row.status != "pending" or row.key is None:
        return row
    copy = new_key(prefix_of(service_settings()), caller.organization_id, datetime.now(UTC))
    kept = the_store().keep(row.key, at=copy)
    if kept is None:
        return _completed_by_another(caller, parent, row_id)
    status = verdict(row, kept, is_held_back=holds_back(find_components()))
    with transaction.atomic():
        held = hold(caller, parent, row_id)
        if held.status == "pending":
            settle(caller, held, status, None if status == "rejected" else copy)
    # What is left for now, nobody names: the sweep removes it.
    with suppress(ProblemError):
        the_store().remove([row.key] if held.key == copy else [row.key, copy])
    return held


def _completed_by_another(caller: Caller, parent: Parent, row_id: UUID) -> Attachment:
    """The attachment, where another call has taken what was uploaded."""
    row = read_attachment(caller, parent, row_id)
    if row.status == "pending":
        raise missing_upload()
    return row
