"""The names of Redis keys and channels, and how long keys live (template-owned; guide, "Redis Key Patterns").

A part that comes from outside can't break the pattern: what is not plain in it is percent-encoded, `:` and `%`
included, so that no two parts make one name.
"""

from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import quote
from uuid import UUID

SESSION_TTL = timedelta(days=7)
# Between the two, at random: what was cached together doesn't end together.
CACHE_TTL_LEAST, CACHE_TTL_MOST = timedelta(minutes=5), timedelta(minutes=15)
LOCK_TTL = timedelta(seconds=30)

_LONGEST_PART = 200


def session_key(user_id: UUID, session_id: UUID) -> str:
    """`session:{userId}:{sessionId}`: holds the session's version, or `revoked:` and that."""
    return f"session:{user_id}:{session_id}"


def cache_key(entity: str, id: UUID | str) -> str:
    """`cache:{entity}:{id}`."""
    return f"cache:{_part(entity)}:{_part(str(id))}"


@lru_cache(maxsize=4096)
def rate_limit_key(address: str | None, endpoint: str) -> str:
    """`ratelimit:{ip}:{endpoint}`: counts what came from an address, for as long as the rate's window.

    For IPv6 that is a network of /64, since whoever has one address there has all: `ratelimit:2001%3Adb8%3A%3A/64:…`.
    """
    return f"ratelimit:{_part(_counted_together(address or 'unknown'))}:{_part(endpoint)}"


def lock_key(resource: str, id: UUID | str) -> str:
    """`lock:{resource}:{id}`."""
    return f"lock:{_part(resource)}:{_part(str(id))}"


def notifications_channel(user_id: UUID | str) -> str:
    """`notifications:{userId}`: what concerns one user."""
    return f"notifications:{_part(str(user_id))}"


def updates_channel(organization_id: UUID, resource_type: str) -> str:
    """`updates:{orgId}:{resourceType}`: what happened to an organization's resources of one type."""
    return f"updates:{organization_id}:{_part(resource_type)}"


def _part(text: str) -> str:
    plain = quote(text, safe="/{}@", errors="surrogatepass").replace("~", "%7E")
    if len(plain) <= _LONGEST_PART:
        return plain
    # Nobody fills Redis with long names; `~` marks what stands for a text.
    return f"~{sha256(plain.encode()).hexdigest()}"


def _counted_together(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    # `::ffff:192.0.2.1` is how a socket for both kinds shows an IPv4 client.
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))
