"""`serve`: the HTTP API, one process (template-owned; contract, "Processes")."""

import logging
import os
import signal
import socket
import sys
from threading import Event, Thread
from types import FrameType
from typing import Any

import structlog
from gunicorn.config import Config

from app.apps.postgres.engine.base import close_pools
from app.apps.redis.activity import the_active_users
from app.apps.redis.client import refuse_cluster
from app.apps.redis.store import the_store
from app.apps.runtime import process
from app.kit.metrics_port import serve_metrics
from app.kit.requests import LARGEST_HEAD
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings, SettingsError
from app.kit.signing_keys import signing_key
from app.site.command_line import parse_command_line, start_or_exit
from app.site.edge import Edge
from app.site.tracing import open_tracer
from app.site.worker import Worker
from app.site.wsgi import make_application

_log = structlog.stdlib.get_logger(__name__)
# Longer than a load balancer keeps an idle connection (60 s): it must be the one to close.
_KEEP_ALIVE_SECONDS = 75
# Beside those that wait for a connection of the pool: probes, and what asks no database.
_SPARE_THREADS = 8


class Log:
    """What gunicorn wants of a logger besides its methods."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("gunicorn.error")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._logger, name)

    def close_on_exec(self) -> None:
        """There is no file."""

    def reopen_files(self) -> None:
        """There is no file."""


def main() -> None:
    """Serve until SIGTERM or SIGINT; status 0 then, 1 where it can't start."""
    parse_command_line("Serve the HTTP API on PORT; settings come from the environment (.env.example lists them).")
    core = start_or_exit().core
    # First of all: from here on whatever is logged has the service's shape.
    application = make_application()
    try:
        derived_keys(core, "start-up check")
        signing_key(core)
        listener = _listener(core)
        serve_metrics(core)
        refuse_cluster(the_store().redis)
    except (SettingsError, OSError) as error:
        sys.exit(str(error))
    with open_tracer(core) as process.tracer:
        _serve(core, listener, application)
    the_active_users().settle()
    close_pools()
    the_store().close()


def _serve(core: CoreSettings, listener: socket.socket, application: Edge) -> None:
    worker = _worker(core, listener, application)
    stop = Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            worker.handle_exit(signal.SIGTERM, None)
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, note)
    Thread(target=_stop_when_told, args=(stop, worker, core.drain_seconds), name="stopping", daemon=True).start()
    # Returns when everything in flight has been answered.
    worker.init_process()


def _stop_when_told(stop: Event, worker: Worker, seconds: int) -> None:
    stop.wait()
    process.draining = True
    _log.info("stopping", drain_seconds=seconds)
    # Readiness says 503 now; requests are served on until the load balancer has noticed.
    Event().wait(seconds)
    worker.handle_exit(signal.SIGTERM, None)


class _Application:
    """What gunicorn asks for its WSGI callable."""

    def __init__(self, application: Edge) -> None:
        self._application = application

    def wsgi(self) -> Edge:
        return self._application


def _worker(core: CoreSettings, listener: socket.socket, application: Edge) -> Worker:
    config = Config()
    settings = {
        "threads": core.database_pool_size + _SPARE_THREADS,
        "keepalive": _KEEP_ALIVE_SECONDS,
        "graceful_timeout": int(core.request_timeout.total_seconds()) + 1,
        # The whole head is limited before.
        "limit_request_line": 0,
        "limit_request_field_size": LARGEST_HEAD,
    }
    for name, value in settings.items():
        config.set(name, value)
    worker = Worker(0, os.getpid(), [listener], _Application(application), 0, config, Log())
    worker.seconds, worker.body_limit = core.request_timeout.total_seconds(), core.body_limit
    return worker


def _listener(core: CoreSettings) -> socket.socket:
    """The socket to listen on: one that `just dev` holds over reloads (LISTEN_FD), or a new one on HOST and PORT."""
    if core.listen_fd is not None:
        listener = socket.socket(fileno=core.listen_fd)
        listener.listen(2048)
        return listener
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((core.host, core.port))
    except OSError as error:
        raise SettingsError(f"PORT: {core.port} can't be used ({error.strerror}); set PORT to a free one") from None
    listener.listen(2048)
    return listener


if __name__ == "__main__":
    main()
