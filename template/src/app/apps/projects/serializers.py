"""What requests and replies about projects hold (sample: yours after the first render)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from app.apps.rest.pagination import ListQuery, sort_by
from app.apps.rest.serializers import ResourceBody, StrictSerializer, Typed
from app.domain.projects import Sort, Visibility
from app.kit.text import Description, Name


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


class ProjectBody(ResourceBody):
    """A project."""

    name = Typed(str)
    description = Typed(str)
    visibility = Typed(Visibility)


class ProjectPage(serializers.Serializer[Any]):
    """A page of projects."""

    items = ProjectBody(many=True)
    next_cursor = Typed(str | None)


class ProjectQuery(ListQuery):
    """Filters and sort keys of the list."""

    sort = sort_by(Sort)
    visibility = Typed(Visibility, required=False)
    created_by = Typed(UUID, required=False)
