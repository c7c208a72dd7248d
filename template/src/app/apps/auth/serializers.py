"""What requests and replies about accounts hold (template-owned)."""

from typing import Any, Literal
from uuid import UUID

from rest_framework import serializers

from app.apps.rest.serializers import StrictSerializer, Typed
from app.apps.users.serializers import UserBody
from app.kit.emails import Email
from app.kit.passwords import GivenPassword, NewPassword
from app.kit.text import Name, Text
from app.kit.times import Time


class Registration(StrictSerializer):
    """A new account, and its organization."""

    email = Typed(Email)
    password = Typed(NewPassword)
    name = Typed(Name)
    organization_name = Typed(Name | None, default=None, help_text="Unset: the user's name")


class LogIn(StrictSerializer):
    """An account's e-mail address and password."""

    email = Typed(Email)
    password = Typed(GivenPassword)


class Refresh(StrictSerializer):
    """A refresh token, which the reply replaces."""

    # Any text may be presented: what is no token of ours is refused like one that is over.
    refresh_token = Typed(Text)


class PasswordChange(StrictSerializer):
    """The password as it is and as it shall be."""

    current_password = Typed(GivenPassword)
    new_password = Typed(NewPassword)


class Tokens(serializers.Serializer[Any]):
    """An access token for every request, and a refresh token for the next access token. Lives are in seconds."""

    access_token = Typed(str)
    token_type = Typed(Literal["Bearer"])
    expires_in = Typed(int)
    refresh_token = Typed(str)
    refresh_expires_in = Typed(int)


class OrganizationName(serializers.Serializer[Any]):
    """Which organization a user is in."""

    id = Typed(UUID)
    name = Typed(str)


class Me(UserBody):
    """The caller, with what the caller may do."""

    roles = Typed(list[str])
    permissions = Typed(list[str])
    organization = OrganizationName()


class MePatch(StrictSerializer):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    name = Typed(Name, required=False)


class SessionBody(serializers.Serializer[Any]):
    """A log-in that is still good for refreshing; `current` is the one that asks."""

    id = Typed(UUID)
    created_at = Typed(Time)
    last_used_at = Typed(Time)
    device = Typed(str)
    ip = Typed(str | None)
    current = Typed(bool)


class SessionPage(serializers.Serializer[Any]):
    """A page of sessions."""

    items = SessionBody(many=True)
    next_cursor = Typed(str | None)
