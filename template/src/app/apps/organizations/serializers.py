"""What requests and replies about organizations hold (template-owned)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from app.apps.rest.serializers import StrictSerializer, Typed
from app.kit.text import Name
from app.kit.times import Time


class OrganizationBody(serializers.Serializer[Any]):
    """An organization: a tenant."""

    id = Typed(UUID)
    version = Typed(int)
    created_at = Typed(Time)
    updated_at = Typed(Time)
    deleted_at = Typed(Time | None)
    created_by = Typed(UUID | None)
    updated_by = Typed(UUID | None)
    name = Typed(str)


class OrganizationPatch(StrictSerializer):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    name = Typed(Name, required=False)
