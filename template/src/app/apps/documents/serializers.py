"""What requests and replies about the audit trail hold (template-owned)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from app.apps.rest.pagination import PageQuery
from app.apps.rest.serializers import Typed
from app.domain.documents import Action, Changes, ResourceName
from app.kit.times import Time


class AuditEntry(serializers.Serializer[Any]):
    """One write to a resource."""

    id = Typed(UUID)
    action = Typed(Action)
    timestamp = Typed(Time)
    user_id = Typed(UUID | None)
    resource = Typed(str)
    resource_id = Typed(UUID)
    changes = Typed(Changes)


class AuditPage(serializers.Serializer[Any]):
    """A page of the audit trail."""

    items = AuditEntry(many=True)
    next_cursor = Typed(str | None)


class AuditQuery(PageQuery):
    """Which entries: of everything, of one resource, or of one row."""

    resource = Typed(ResourceName, required=False, help_text="Only writes to this resource, such as `user`")
    id = Typed(UUID, required=False, help_text="Only writes to this row of `resource`")
