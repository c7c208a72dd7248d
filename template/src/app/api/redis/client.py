"""Redis: one client a process (template-owned)."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from app.api.patience import within
from app.kit.settings import CoreSettings, SettingsError
from app.kit.urls import redis_arguments

_LONGEST = 5
_START_SECONDS = 2
# What uvloop says of a socket that has closed a moment before, and the client passes on as it is.
CLOSED = RuntimeError


def open_redis(settings: CoreSettings) -> Redis:
    """Make the client; it connects when first used, and waits for an answer as long as it is let."""
    return Redis(
        **redis_arguments(settings.redis_url),
        # Whoever uses it sets a limit: the client's own would be two timers more for every command.
        socket_timeout=None,
        socket_connect_timeout=_LONGEST * settings.redis_timeout.total_seconds(),
        health_check_interval=15,
        # Once more at once, for a connection that was dropped while idle; by itself the client would wait for seconds.
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError, CLOSED)),  # type: ignore[arg-type]
        client_name=None,
    )


async def refuse_cluster(redis: Redis) -> None:
    """Stop the start-up on Redis Cluster: the scripts here use keys of several slots.

    Raises:
        SettingsError: the server is a cluster. A server that does not answer now is not refused.
    """
    try:
        information = await within(_START_SECONDS, redis.info("cluster"))
    except (RedisError, OSError):
        return
    if information.get("cluster_enabled"):
        raise SettingsError(
            "REDIS_URL: it is a Redis Cluster; give a single server or a replication group (cluster mode off)"
        )
