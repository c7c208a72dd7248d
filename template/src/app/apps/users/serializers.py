"""What requests and replies about users hold (template-owned)."""

from typing import Any, Literal
from uuid import UUID

from pydantic import StrictBool
from rest_framework import serializers

from app.apps.rest.pagination import ListQuery, sort_by
from app.apps.rest.serializers import ResourceBody, StrictSerializer, Typed
from app.domain.access import GrantableRole, Role


class UserBody(ResourceBody):
    """A user."""

    email = Typed(str)
    name = Typed(str)
    role = Typed(Role)
    is_active = Typed(bool)
    organization_id = Typed(UUID)


class UserPatch(StrictSerializer):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    role = Typed(GrantableRole, required=False)
    is_active = Typed(StrictBool, required=False)


class UserPage(serializers.Serializer[Any]):
    """A page of users."""

    items = UserBody(many=True)
    next_cursor = Typed(str | None)


class UserQuery(ListQuery):
    """Sort keys of the list."""

    sort = sort_by(Literal["created_at", "-created_at"])
