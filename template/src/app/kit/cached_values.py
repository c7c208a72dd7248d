"""Values of the cache: JSON objects whose `version` grows with every change, as a row's does (template-owned)."""

import random
from contextlib import suppress
from typing import Any

import orjson

from app.kit.redis_keys import CACHE_TTL_LEAST, CACHE_TTL_MOST

# KEYS: the key. ARGV: version, value, milliseconds to live. What can't be read there is replaced.
PUT = """
local old = redis.call('GET', KEYS[1])
if old then
  local is_read, value = pcall(cjson.decode, old)
  local version = is_read and type(value) == 'table' and tonumber(value.version)
  if version and version > tonumber(ARGV[1]) then
    return 0
  end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


def a_lifetime() -> int:
    """Milliseconds to live: at random, so that what was cached together doesn't end together."""
    least, most = CACHE_TTL_LEAST.total_seconds(), CACHE_TTL_MOST.total_seconds()
    return int(random.uniform(least, most) * 1000)  # noqa: S311 - jitter, no secret


def read_value(body: bytes | None) -> dict[str, Any] | None:
    """The object; none where there is nothing, or nothing that can be read."""
    if body is None:
        return None
    with suppress(orjson.JSONDecodeError):
        value = orjson.loads(body)
        if isinstance(value, dict):
            return value
    return None
