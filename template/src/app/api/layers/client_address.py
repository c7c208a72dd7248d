"""Whose address a request comes from (template-owned)."""

from starlette.datastructures import Headers
from starlette.types import Scope


def client_address(scope: Scope, headers: Headers, *, hops: int) -> str | None:
    """The peer's address, or what the outermost of `hops` trusted proxies saw: never what a client claims by itself."""
    peer: str | None = scope["client"][0] if scope.get("client") else None
    if not hops:
        return peer
    forwarded = [part.strip() for line in headers.getlist("x-forwarded-for") for part in line.split(",")]
    # Each proxy appends the address that it saw: counting from the right, `hops` entries were written by ours.
    return forwarded[-hops] if len(forwarded) >= hops else peer
