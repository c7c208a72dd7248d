"""The gate's two scripts for Redis, and what is known of a session (template-owned; contract, "Rates", "Tokens").

Redis holds copies: without it nobody is limited there, and PostgreSQL says whether a session still stands.
"""

from app.kit.rates import Rate

# Milliseconds to wait, 0 for none, and what is known of the session.
ENTER = """
local wait = 0
if ARGV[1] ~= '0' then
    local count = redis.call('INCR', KEYS[1])
    if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
    if count > tonumber(ARGV[1]) then wait = math.max(1, redis.call('PTTL', KEYS[1])) end
end
if KEYS[2] then return {wait, redis.call('GET', KEYS[2])} end
return {wait}
"""
# A version never goes back, and nothing follows `revoked`.
REMEMBER = """
local known = redis.call('GET', KEYS[1])
if known then
    if string.sub(known, 1, 7) == 'revoked' then return known end
    if string.sub(ARGV[1], 1, 7) ~= 'revoked' and tonumber(known) >= tonumber(ARGV[1]) then return known end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
"""


def limit_of(rate: Rate | None) -> tuple[int, int]:
    """The arguments of ENTER: the most requests, and the milliseconds of their window; none: no limit."""
    return (rate.count, rate.seconds * 1000) if rate else (0, 0)


def word_of(version: int, *, is_revoked: bool) -> str:
    """What Redis keeps of a session."""
    return f"revoked:{version}" if is_revoked else str(version)


def is_current(known: bytes, version: int) -> bool | None:
    """Whether a session at `version` stands, by what Redis knows; none: PostgreSQL, which changes first, decides."""
    if known.startswith(b"revoked"):
        return False
    if known and int(known) >= version:
        return int(known) == version
    # Unknown, or older than the token.
    return None
