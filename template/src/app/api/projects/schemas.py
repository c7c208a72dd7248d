"""What requests and replies about projects hold (sample: yours after the first render)."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.lists import ListQuery
from app.api.rows import ResourceBody
from app.domain.projects import Sort, Visibility
from app.kit.text import Description, Name


class ProjectInput(BaseModel):
    """A whole project, as `POST` and `PUT` send it."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Description = ""
    visibility: Visibility = "organization"


class ProjectPatch(BaseModel):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    model_config = ConfigDict(extra="forbid")

    # A default is never used: only what was sent is applied.
    name: Name = ""
    description: Description = ""
    visibility: Visibility = "organization"


class ProjectBody(ResourceBody):
    """A project."""

    name: str
    description: str
    visibility: Visibility


class ProjectPage(BaseModel):
    """A page of projects."""

    items: list[ProjectBody]
    next_cursor: str | None


class ProjectQuery(ListQuery):
    """Filters and sort keys of the list."""

    sort: Sort = Field("-created_at", description="Key, with - for the latest first")
    visibility: Visibility | None = None
    created_by: UUID | None = None
