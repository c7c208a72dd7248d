"""What requests and replies about accounts hold (template-owned)."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.users.schemas import UserBody
from app.kit.emails import Email
from app.kit.passwords import GivenPassword, NewPassword
from app.kit.text import Name, Text
from app.kit.times import Time


class Registration(BaseModel):
    """A new account, and its organization."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    password: NewPassword
    name: Name
    organization_name: Name | None = Field(None, description="Unset: the user's name")


class LogIn(BaseModel):
    """An account's e-mail address and password."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    password: GivenPassword


class Refresh(BaseModel):
    """A refresh token, which the reply replaces."""

    model_config = ConfigDict(extra="forbid")

    # Any text may be presented: what is no token of ours is refused like one that is over.
    refresh_token: Text


class PasswordChange(BaseModel):
    """The password as it is and as it shall be."""

    model_config = ConfigDict(extra="forbid")

    current_password: GivenPassword
    new_password: NewPassword


class Tokens(BaseModel):
    """An access token for every request, and a refresh token for the next access token. Lives are in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_in: int


class OrganizationName(BaseModel):
    """Which organization a user is in."""

    id: UUID
    name: str


class Me(UserBody):
    """The caller, with what the caller may do."""

    roles: list[str]
    permissions: list[str]
    organization: OrganizationName


class MePatch(BaseModel):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    model_config = ConfigDict(extra="forbid")

    # A default is never used: only what was sent is applied.
    name: Name = ""


class SessionBody(BaseModel):
    """A log-in that is still good for refreshing; `current` is the one that asks."""

    id: UUID
    created_at: Time
    last_used_at: Time
    device: str
    ip: str | None
    current: bool


class SessionPage(BaseModel):
    """A page of sessions."""

    items: list[SessionBody]
    next_cursor: str | None
