"""How Celery uses Redis, made of REDIS_URL's parsed value (template-owned)."""

import ssl
from typing import Any, Final
from urllib.parse import quote

from app.kit.jobs import LONGEST, QUEUES, Queue
from app.kit.settings import CoreSettings
from app.kit.urls import RedisServer

# The one task that Celery knows: it does the job whose id it is given.
TASK: Final = "job"
_PREFIX = "queue:"
_SECONDS = 5
# Whoever had a message and is silent for so long has died; a job ends before.
_REDELIVERED_SECONDS = 2 * int(LONGEST.total_seconds())


def queue_key(queue: Queue) -> str:
    """`queue:{name}`: the list in Redis that holds a queue's messages; it has no time to live."""
    return f"{_PREFIX}{queue}"


def celery_settings(core: CoreSettings) -> dict[str, Any]:
    """Celery's configuration: messages are acknowledged late, one for each thread, and no results are kept."""
    return {
        "broker_url": broker_url(core.redis_url),
        "broker_use_ssl": broker_tls(core.redis_url),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "global_keyprefix": _PREFIX,
            "visibility_timeout": _REDELIVERED_SECONDS,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": _SECONDS,
            "socket_connect_timeout": _SECONDS,
            "health_check_interval": _SECONDS,
        },
        "task_default_queue": QUEUES[0],
        "task_acks_late": True,
        "task_ignore_result": True,
        # The relay tries again by itself.
        "task_publish_retry": False,
        "worker_concurrency": core.worker_concurrency,
        "worker_prefetch_multiplier": 1,
        "worker_enable_prefetch_count_reduction": False,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_pool": "threads",
    }


def broker_url(server: RedisServer) -> str:
    """The URL as Celery reads it."""
    log_in = f"{quote(server.username or '', safe='')}:{quote(server.password, safe='')}@" if server.password else ""
    if server.socket:
        return f"redis+socket://{log_in}{server.socket}?virtual_host={server.database}"
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{'rediss' if server.tls else 'redis'}://{log_in}{host}:{server.port}/{server.database}"


def broker_tls(server: RedisServer) -> dict[str, Any] | None:
    """What `rediss://` needs besides: to Celery the certificate would else be no matter."""
    if not server.tls:
        return None
    checks: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    return checks | ({"ssl_ca_certs": server.root_certificate} if server.root_certificate else {})
