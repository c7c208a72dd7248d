"""Whose address a request comes from (template-owned)."""

from starlette.types import Scope


def client_address(scope: Scope, *, hops: int) -> str | None:
    """The peer's address, or what the outermost of `hops` trusted proxies saw: never what a client claims by itself."""
    client = scope.get("client")
    peer: str | None = client[0] if client else None
    if not hops:
        return peer
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    forwarded = [part.strip() for line in lines for part in line.split(",")]
    # Each proxy appends the address that it saw: counting from the right, `hops` entries were written by ours.
    return forwarded[-hops] if len(forwarded) >= hops else peer
