"""What `just dev` does (template-owned): servers, keys, migrations, demo data, then API and worker with reload."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import watchfiles

from app.dev.data_folder import DEFAULT, DataFolder
from app.dev.embedded import EmbeddedServer
from app.dev.keys import has_keys, make_keys
from app.dev.lifeline import EndedError, Lifeline
from app.dev.listener import DEFAULT_PORT, free_port, open_listener
from app.dev.processes import DevelopmentError, entry_point, say, start_process, stop_process
from app.dev.reaper import Reaper
from app.dev.reloading import Part, Reloading
from app.dev.servers import missing_servers, start_servers, urls_of

SOURCES = Path(__file__).parents[1]
WATCHED = {".py", ".toml", ".html", ".txt"}
TICK_MILLISECONDS = 200
CONNECTIONS = ("DATABASE_URL", "REDIS_URL", "EMBEDDED_SERVERS")


def run(given: Mapping[str, str]) -> int:
    """Run everything until it is told to end or a part of it ends; the exit status."""
    environment = {"ENVIRONMENT": "development", "DATA_DIR": DEFAULT, **{k: v for k, v in given.items() if v}}
    try:
        with ExitStack() as cleanup:
            _run(environment, cleanup)
        return 0
    except EndedError as ended:
        say(f"Stopped everything ({ended})")
        return 0
    except DevelopmentError as error:
        say(f"dev: {error}")
        return 1


def _run(environment: dict[str, str], cleanup: ExitStack) -> None:
    lifeline = Lifeline()
    folder = DataFolder.of(environment)
    cleanup.enter_context(folder.held())
    reaper = cleanup.enter_context(Reaper.start())
    listener = cleanup.enter_context(open_listener(environment))
    servers = start_servers(missing_servers(environment), folder.path, reaper=reaper, check=lifeline.check)
    for server in servers:
        cleanup.callback(server.stop)
    environment |= urls_of(servers) | {"PORT": _port(listener, environment)}
    _publish(folder, environment)
    _prepare(environment, reaper, lifeline)
    parts = _api(listener, environment), _worker(environment)
    running = [Reloading(part, reaper) for part in parts]
    for each in running:
        cleanup.callback(each.stop)
    _run_parts(running, servers, lifeline, lambda: _announce(environment, worker=parts[1]))


def _api(listener: socket.socket, environment: Mapping[str, str]) -> Part:
    with_socket = {**environment, "LISTEN_FD": str(listener.fileno())}
    port = int(listener.getsockname()[1])
    return Part("API", "serve", [], port, with_socket, inherited=[listener.fileno()])


def _worker(environment: Mapping[str, str]) -> Part:
    port = free_port()
    return Part("worker", "work", ["--with-schedule"], port, {**environment, "METRICS_PORT": str(port)})


def _port(listener: socket.socket, environment: Mapping[str, str]) -> str:
    wanted, port = environment.get("PORT") or str(DEFAULT_PORT), str(listener.getsockname()[1])
    if port != wanted:
        say(f"Port {wanted} is taken; using {port} (set PORT to choose another)")
    return port


def _publish(folder: DataFolder, environment: Mapping[str, str]) -> None:
    shown = {name: environment[name] for name in (*CONNECTIONS, "PORT") if name in environment}
    folder.publish({**shown, "DEV_PID": str(os.getpid())})


def _prepare(environment: Mapping[str, str], reaper: Reaper, lifeline: Lifeline) -> None:
    """Keys, migrations and demo data; each does nothing where it was done before."""
    if not has_keys(environment):
        say(make_keys(environment))
    say("Migrating the database …")
    _step("migrate", environment, reaper, lifeline)
    say("Seeding demo data …")
    _step("seed", environment, reaper, lifeline)


def _step(name: str, environment: Mapping[str, str], reaper: Reaper, lifeline: Lifeline) -> None:
    process = start_process([entry_point(name)], reaper=reaper, environment=environment)
    try:
        while process.poll() is None:
            lifeline.check()
            time.sleep(0.02)
    finally:
        stop_process(process, within=5)
        reaper.forget(process.pid)
    if process.returncode != 0:
        raise DevelopmentError(f"`{name}` ended with status {process.returncode}; what it said is above")


def _run_parts(
    parts: list[Reloading], servers: list[EmbeddedServer], lifeline: Lifeline, announce: Callable[[], None]
) -> None:
    """Run API and worker, again at each change of their sources, until something ends."""
    say("Starting the API and the worker …")
    for part in parts:
        part.start()
    answering = set[int]()
    for changed in _changes():
        lifeline.check()
        for server in servers:
            if not server.is_running:
                raise DevelopmentError(f"The embedded server {server.name} ended by itself; its log is in DATA_DIR")
        if changed:
            say(f"{_description(changed)}; restarting the API and the worker")
            for part in parts:
                part.restart()
        was_announced = len(answering) == len(parts)
        answering |= {number for number, part in enumerate(parts) if part.check()}
        if not was_announced and len(answering) == len(parts):
            announce()


def _changes() -> Iterator[set[Path]]:
    """The changed source files, or nothing at each tick."""
    options: dict[str, Any] = {
        "watch_filter": lambda _, path: Path(path).suffix in WATCHED and "__pycache__" not in path,
        "rust_timeout": TICK_MILLISECONDS,
        "yield_on_timeout": True,
    }
    try:
        for changes in watchfiles.watch(SOURCES, **options):
            yield {Path(path) for _, path in changes}
    except (OSError, RuntimeError) as error:
        say(f"The system refuses to watch files ({error}); looking at them from time to time instead")
        for changes in watchfiles.watch(SOURCES, force_polling=True, **options):
            yield {Path(path) for _, path in changes}


def _description(changed: set[Path]) -> str:
    first, *more = sorted(str(path.relative_to(SOURCES)) for path in changed)
    return f"Changed: {first} and {len(more)} more" if more else f"Changed: {first}"


def _announce(environment: Mapping[str, str], *, worker: Part) -> None:
    url = f"http://127.0.0.1:{environment['PORT']}"
    say(f"\nReady: {url}   documentation: {url}/docs   health: {url}/health")
    say(f"Metrics of the worker: http://127.0.0.1:{worker.port}/metrics")
    # `seed` has listed the demo users, and their password where it is the published one.
    say(f"Log in at {url}/docs as admin@acme.example, with the password above\nCtrl-C stops everything\n")
