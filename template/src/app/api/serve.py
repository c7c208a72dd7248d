"""`serve`: the HTTP API, one process (template-owned; contract, "Processes")."""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
import uvicorn
import uvloop

from app.api.application import wrap
from app.api.command_line import parse_command_line, settings_or_exit
from app.api.layers.connection import connection_class
from app.api.redis.client import refuse_cluster
from app.api.runtime import Runtime, make_runtime
from app.kit.metrics_port import serve_metrics
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings, SettingsError
from app.kit.signing_keys import signing_key

_log = structlog.stdlib.get_logger(__name__)
# Longer than a load balancer keeps an idle connection (60 s): it must be the one to close.
_KEEP_ALIVE_SECONDS = 75


class Server(uvicorn.Server):
    """uvicorn, but the signals are ours: by itself it refuses new connections at once and exits by signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def main() -> None:
    """Serve until SIGTERM or SIGINT; status 0 then, 1 where it can't start."""
    parse_command_line("Serve the HTTP API on PORT; settings come from the environment (.env.example lists them).")
    settings = settings_or_exit()
    try:
        derived_keys(settings.core, "start-up check")
        signing_key(settings.core)
        listener = _listener(settings.core)
        serve_metrics(settings.core)
    except (SettingsError, OSError) as error:
        sys.exit(str(error))
    runtime = make_runtime(settings)
    try:
        started = uvloop.run(_serve(runtime, listener))
    except SettingsError as error:
        sys.exit(str(error))
    sys.exit(0 if started else 1)


async def _serve(runtime: Runtime, listener: socket.socket) -> bool:
    core = runtime.settings.core
    await refuse_cluster(runtime.store.redis)
    config = uvicorn.Config(
        wrap(runtime),
        http=connection_class(core.request_timeout.total_seconds()),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(core.request_timeout.total_seconds()) + 1,
    )
    server = Server(config)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(_stop_when_told(stop, runtime, server))
    try:
        await serving
    finally:
        stopping.cancel()
    return server.started


async def _stop_when_told(stop: asyncio.Event, runtime: Runtime, server: Server) -> None:
    await stop.wait()
    stop.clear()
    runtime.draining = True
    seconds = runtime.settings.core.drain_seconds
    _log.info("stopping", drain_seconds=seconds)
    # Readiness says 503 now; requests are served on until the load balancer has noticed. A second signal ends this.
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    server.should_exit = True


def _listener(core: CoreSettings) -> socket.socket:
    """The socket to listen on: one that `just dev` holds over reloads (LISTEN_FD), or a new one on HOST and PORT."""
    if core.listen_fd is not None:
        return socket.socket(fileno=core.listen_fd)
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
