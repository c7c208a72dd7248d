"""What the head of a request says of it, whatever server read it (template-owned)."""

import os
from collections.abc import Container, Iterable
from uuid import UUID


def request_id(given: str | None) -> str:
    """The id of a request: the caller's if it is a UUID, else a fresh one."""
    if given is not None and len(given) == 36:
        try:
            return str(UUID(given))
        except ValueError:
            pass
    # A random UUID, version 4; uuid4() makes an object of it first, which takes twice as long.
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def client_address(peer: str | None, forwarded_lines: Iterable[str], *, hops: int) -> str | None:
    """The peer's address, or what the outermost of `hops` trusted proxies saw: never what a client claims by itself.

    `forwarded_lines` are the request's X-Forwarded-For headers.
    """
    if not hops:
        return peer
    forwarded = [part.strip() for line in forwarded_lines for part in line.split(",")]
    # Each proxy appends the address that it saw: counting from the right, `hops` entries were written by ours.
    return forwarded[-hops] if len(forwarded) >= hops else peer


def is_served(host: str, hosts: Container[str]) -> bool:
    """Whether a Host header, with or without a port, is one of `hosts` (in lower case)."""
    return host.rsplit(":", 1)[0].lower() in hosts
