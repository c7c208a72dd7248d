"""What may be asked of attachments, and of the rows that they are attached to (template-owned)."""

from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps

from app.apps.postgres.models import StandardQuerySet, TenantModel, facts_of
from app.apps.postgres.reads import read
from app.apps.postgres.rows import Rows
from app.apps.storage.models import Attachment
from app.apps.storage.serializers import AttachmentBody
from app.domain.access import check_row, not_found
from app.domain.caller import Caller
from app.domain.storage import Parent, attachment
from app.kit.permissions import Action
from app.kit.resource import Resource

_FACTS = ("assignee_id", "visibility")
rows = Rows(Attachment, tuple(AttachmentBody().fields), attachment.plural)


def find_parent(resource: Resource, caller: Caller, row_id: UUID, action: Action) -> Parent:
    """A live row of the caller's organization on which the caller may do `action`.

    Raises:
        ProblemError: 404, 403.
    """
    row = _rows_of(resource).one(caller, row_id)
    check_row(caller, resource.plural, action, facts_of(row))
    return Parent(resource.name, row_id)


def attachments_of(caller: Caller, parent: Parent) -> "StandardQuerySet[Attachment]":
    """The live ones of the row."""
    return rows.of(caller).live().filter(resource=parent.resource, resource_id=parent.id)


def read_attachment(caller: Caller, parent: Parent, row_id: UUID) -> Attachment:
    """One of the row.

    Raises:
        ProblemError: 404.
    """
    found: Attachment | None = read(attachments_of(caller, parent).filter(id=row_id).first)
    if found is None:
        raise not_found()
    return found


@cache
def _rows_of(resource: Resource) -> Rows[Any]:
    # A resource's table has the name of its paths.
    model = next(one for one in apps.get_models() if one._meta.db_table == resource.plural)
    assert issubclass(model, TenantModel)
    columns = {field.attname for field in model._meta.concrete_fields}
    return Rows(model, ("created_by", *(name for name in _FACTS if name in columns)), resource.plural)
