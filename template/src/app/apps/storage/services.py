"""What can be done with attachments, in the caller's transaction (template-owned)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from app.apps.outbox.publish import publish, publish_change
from app.apps.postgres.models import StandardQuerySet
from app.apps.runtime import service_settings
from app.apps.storage.models import Attachment
from app.apps.storage.selectors import attachments_of, rows
from app.apps.storage.stores import prefix_of
from app.components.storage import COMPLETED, StorageSettings
from app.domain.access import not_found
from app.domain.caller import Caller
from app.domain.changes import deletion_fields, first_fields
from app.domain.storage import (
    Parent,
    Status,
    changed_status,
    check_quota,
    new_values,
    quota_lock,
    scanned_event,
    shown_fields,
)

_LOCK = quota_lock("%s")


def announce(caller: Caller, parent: Parent, given: Mapping[str, Any]) -> Attachment:
    """A new attachment, whose file is yet to come; publishes `attachment.created`.

    Raises:
        ProblemError: 409.
    """
    settings = service_settings()
    quota = settings.of(StorageSettings).storage_quota_bytes
    values = new_values(caller, parent, given, below=prefix_of(settings))
    # One after the other, until each is committed: together they must fit as well.
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(caller.organization_id)])
    kept = rows.of(caller).live().exclude(status="rejected").aggregate(bytes=Sum("size"))
    check_quota(int(kept["bytes"] or 0), given["size"], quota=quota)
    made = rows.make(caller, values)
    publish_change(caller, "attachment.created", made, {"changes": first_fields(shown_fields(values))})
    return made


def hold(caller: Caller, parent: Parent, row_id: UUID) -> Attachment:
    """One attachment of the row, held until the transaction ends.

    Raises:
        ProblemError: 404.
    """
    held = attachments_of(caller, parent).held().filter(id=row_id).first()
    if held is None:
        raise not_found()
    return held


def settle(caller: Caller, held: Attachment, status: Status, key: str | None) -> None:
    """Say what a file is whose bytes are there, at this key; publishes `attachment.completed`."""
    before = held.status
    held.change(caller, {"status": status, "key": key})
    publish_change(caller, COMPLETED, held, changed_status(before, status))


def delete_attachment(caller: Caller, parent: Parent, row_id: UUID) -> None:
    """Delete it; nothing brings it back, and its bytes are soon removed. Publishes `attachment.deleted`.

    Raises:
        ProblemError: 404.
    """
    held = hold(caller, parent, row_id)
    changes = held.change(caller, {"deleted_at": datetime.now(UTC)})
    publish_change(caller, "attachment.deleted", held, {"changes": deletion_fields(changes)})


def unscanned_key(row_id: UUID) -> str | None:
    """Where the bytes are of an attachment that waits to be scanned; none: it doesn't, or no longer."""
    return _unscanned(row_id).values_list("key", flat=True).first()


def hold_unscanned(row_id: UUID, key: str) -> Attachment | None:
    """An attachment that waits to be scanned still, held until the transaction ends, if its bytes are at this key."""
    held: Attachment | None = _unscanned(row_id).held().filter(key=key).first()
    return held


def note_scan(held: Attachment, found: str | None) -> None:
    """Say what a scan has found in a file, or that it has found nothing; publishes `attachment.scanned`."""
    before = held.status
    held.write({"status": "quarantined" if found else "clean"})
    publish(scanned_event(held, before, found))


def _unscanned(row_id: UUID) -> "StandardQuerySet[Attachment]":
    return Attachment.objects.live().filter(id=row_id, status="scanning")
