"""What requests and replies of a search hold (template-owned)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from app.apps.rest.pagination import PageQuery
from app.apps.rest.serializers import Typed
from app.domain.search.questions import Query, ResourceName


class SearchHit(serializers.Serializer[Any]):
    """Something that was found: `highlights` are pieces of its texts, as HTML, with `<em>` around what was found."""

    resource = Typed(str)
    id = Typed(UUID)
    title = Typed(str)
    highlights = Typed(list[str])


class SearchPage(serializers.Serializer[Any]):
    """A page of what was found."""

    items = SearchHit(many=True)
    next_cursor = Typed(str | None)


class SearchQuery(PageQuery):
    """What to look for: in everything, or in one resource."""

    q = Typed(Query, help_text="Words that must all be there; of the last one the beginning is enough")
    resource = Typed(ResourceName, required=False, help_text="Only this resource, such as `user`")
