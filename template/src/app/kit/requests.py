"""What the head of a request says of it, whatever server read it (template-owned)."""

import os
from collections.abc import Container, Iterable
from uuid import UUID

from app.kit.problems import UNKNOWN_HOST, ProblemError

# Bytes; whoever sends more before asking for anything gets a 431.
LARGEST_HEAD = 65_536
# Probes come by address, and must be answered whatever the host name.
_ANY_HOST = frozenset({"/health", "/health/live", "/health/ready"})


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


def check_host(host: str, path: str, hosts: Container[str]) -> None:
    """Take a Host header, with or without a port, that is one of `hosts` (in lower case).

    Raises:
        ProblemError: 400 for any other one.
    """
    if path not in _ANY_HOST and host.rsplit(":", 1)[0].lower() not in hosts:
        raise ProblemError(UNKNOWN_HOST, "The Host header names none of this service's names.")
