"""What requests and replies about users hold (template-owned)."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.api.lists import ListQuery
from app.api.rows import ResourceBody
from app.domain.access import GrantableRole, Role


class UserBody(ResourceBody):
    """A user."""

    email: str
    name: str
    role: Role
    is_active: bool
    organization_id: UUID


class UserPatch(BaseModel):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    model_config = ConfigDict(extra="forbid")

    # A default is never used: only what was sent is applied.
    role: GrantableRole = "Guest"
    is_active: StrictBool = True


class UserPage(BaseModel):
    """A page of users."""

    items: list[UserBody]
    next_cursor: str | None


class UserQuery(ListQuery):
    """Sort keys of the list."""

    sort: Literal["created_at", "-created_at"] = Field("-created_at", description="Key, with - for the latest first")
