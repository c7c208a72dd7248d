"""The keys in Redis and how long they live (template-owned; guide, "Redis Key Patterns")."""

from datetime import timedelta
from ipaddress import ip_network
from uuid import UUID

SESSION_TTL = timedelta(days=7)


def session_key(user_id: UUID, session_id: UUID) -> str:
    """Holds the session's version, or `revoked:` and that."""
    return f"session:{user_id}:{session_id}"


def rate_limit_key(address: str | None, endpoint: str) -> str:
    """Counts what came from an address: an IPv6 network of /64, since whoever has one address there has all."""
    if address and ":" in address:
        try:
            address = str(ip_network((address, 64), strict=False))
        except ValueError:
            address = None
    return f"ratelimit:{address or 'unknown'}:{endpoint}"
