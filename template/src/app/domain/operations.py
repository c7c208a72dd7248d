"""What an operation declares about who may use it (template-owned; contract, "Roles", "Rates").

It stands in the OpenAPI document too, as `x-permission`. An operation without it stops the start-up.
"""

from dataclasses import dataclass
from typing import Any, Literal

from app.kit.permissions import ACTIONS, Action
from app.kit.rates import Rate
from app.kit.settings import CoreSettings

PERMISSION, RATE = "x-permission", "x-rate-limit"
OpenTo = Literal["public", "authenticated"]
Limit = Literal["api", "register"]


class AccessError(Exception):
    """An operation does not say who may use it, or in words that mean nothing."""


@dataclass(frozen=True)
class Access:
    """`permission` is (resource, action); without one everybody may come in who is logged in, or anybody at all."""

    endpoint: str
    is_public: bool
    permission: tuple[str, Action] | None
    limit: str

    def rate(self, settings: CoreSettings) -> Rate | None:
        """The most requests from one address; none: no limit."""
        rate: Rate | None = getattr(settings, f"rate_limit_{self.limit}")
        return rate


def open_to(whom: OpenTo, *, limit: Limit = "api") -> dict[str, Any]:
    """The `openapi_extra=` of an operation without a permission: for anybody, or whoever is logged in."""
    return {PERMISSION: whom, RATE: limit}


def needs(permission: str) -> dict[str, Any]:
    """The `openapi_extra=` of an operation that needs a permission in some scope, as `needs("projects:read")`."""
    return {PERMISSION: permission, RATE: "api"}


def declared_access(endpoint: str, extra: dict[str, Any] | None) -> Access:
    """What an operation declares.

    Raises:
        AccessError: nothing, or no permission of the grammar.
    """
    word = str((extra or {}).get(PERMISSION, ""))
    limit = str((extra or {}).get(RATE, "api"))
    if word in ("public", "authenticated"):
        return Access(endpoint, word == "public", None, limit)
    resource, _, action = word.partition(":")
    for known in ACTIONS:
        if resource and action == known:
            return Access(endpoint, is_public=False, permission=(resource, known), limit=limit)
    raise AccessError(
        f'{endpoint}: say who may use it, as in openapi_extra=needs("projects:read") or open_to("authenticated")'
    )
