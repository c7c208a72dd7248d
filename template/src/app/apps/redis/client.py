"""Redis: one client a process (template-owned)."""

from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from app.kit.settings import CoreSettings, SettingsError
from app.kit.urls import redis_arguments


def open_redis(settings: CoreSettings) -> Redis:
    """Make the client; it connects when first used."""
    seconds = settings.redis_timeout.total_seconds()
    return Redis(
        **redis_arguments(settings.redis_url),
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        health_check_interval=15,
        # Once more at once, for a connection that was dropped while idle; by itself the client would wait for seconds.
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        client_name=None,
    )


def refuse_cluster(redis: Redis) -> None:
    """Stop the start-up on Redis Cluster: the scripts here use keys of several slots.

    Raises:
        SettingsError: the server is a cluster. A server that does not answer now is not refused.
    """
    try:
        information: Any = redis.info("cluster")
    except (RedisError, OSError):
        return
    if information.get("cluster_enabled"):
        raise SettingsError(
            "REDIS_URL: it is a Redis Cluster; give a single server or a replication group (cluster mode off)"
        )
