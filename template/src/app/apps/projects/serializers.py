"""What requests and replies about projects hold (sample: yours after the first render)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from rest_framework import serializers

from app.apps.rest.pagination import ListQuery, sort_by
from app.apps.rest.serializers import StrictSerializer, Typed
from app.domain.projects import Visibility
from app.kit.text import Name, Text
from app.kit.times import Time

Description = Annotated[Text, Field(max_length=5000)]
SortKey = Literal["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"]


class ProjectInput(StrictSerializer):
    """A whole project, as `POST` and `PUT` send it."""

    name = Typed(Name)
    description = Typed(Description, default="")
    visibility = Typed(Visibility, default="organization")


class ProjectPatch(StrictSerializer):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    name = Typed(Name, required=False)
    description = Typed(Description, required=False)
    visibility = Typed(Visibility, required=False)


class ProjectBody(serializers.Serializer[Any]):
    """A project."""

    id = Typed(UUID)
    version = Typed(int)
    created_at = Typed(Time)
    updated_at = Typed(Time)
    deleted_at = Typed(Time | None)
    created_by = Typed(UUID | None)
    updated_by = Typed(UUID | None)
    name = Typed(str)
    description = Typed(str)
    visibility = Typed(Visibility)


class ProjectPage(serializers.Serializer[Any]):
    """A page of projects."""

    items = ProjectBody(many=True)
    next_cursor = Typed(str | None)


class ProjectQuery(ListQuery):
    """Filters and sort keys of the list."""

    sort = sort_by(SortKey)
    visibility = Typed(Visibility, required=False)
    created_by = Typed(UUID, required=False)
