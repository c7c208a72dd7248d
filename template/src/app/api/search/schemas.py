"""What requests and replies of a search hold (template-owned)."""

from uuid import UUID

from pydantic import BaseModel, Field

from app.api.lists import PageQuery
from app.domain.search.questions import Query, ResourceName


class SearchHit(BaseModel):
    """Something that was found: `highlights` are pieces of its texts, as HTML, with `<em>` around what was found."""

    resource: str
    id: UUID
    title: str
    highlights: list[str]


class SearchPage(BaseModel):
    """A page of what was found."""

    items: list[SearchHit]
    next_cursor: str | None


class SearchQuery(PageQuery):
    """What to look for: in everything, or in one resource."""

    q: Query = Field(description="Words that must all be there; of the last one the beginning is enough")
    resource: ResourceName | None = Field(None, description="Only this resource, such as `user`")
