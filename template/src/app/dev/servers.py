"""Which servers a command of development uses (template-owned): given ones, those of a running `dev`, or its own."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from pathlib import Path

from app.dev.data_folder import DataFolder
from app.dev.embedded import EmbeddedServer
from app.dev.postgres import start_postgres
from app.dev.processes import say
from app.dev.reaper import Reaper
from app.dev.valkey import start_valkey


@dataclass(frozen=True)
class ServerKind:
    """A server that development can bring itself, and the variable that names another instead."""

    name: str
    title: str
    variable: str
    start: Callable[..., EmbeddedServer]


KINDS = (
    ServerKind("postgres", "PostgreSQL", "DATABASE_URL", start_postgres),
    ServerKind("redis", "Valkey", "REDIS_URL", start_valkey),
)


def missing_servers(environment: Mapping[str, str]) -> tuple[ServerKind, ...]:
    """The servers for which no URL is set."""
    return tuple(kind for kind in KINDS if not environment.get(kind.variable))


def start_servers(
    kinds: Sequence[ServerKind], data: Path, *, reaper: Reaper, check: Callable[[], None]
) -> list[EmbeddedServer]:
    """Start servers side by side, each with its line of progress.

    `check` is called all the time and raises to give up. On any failure nothing is left and the reaper is closed.

    Raises:
        EmbeddedServerError: one can't start.
    """
    if not kinds:
        return []
    # In threads, so that a signal (always handled in the main thread) never falls between a start and its watching.
    with ThreadPoolExecutor(len(kinds)) as pool:
        starting = [pool.submit(_start, kind, data, reaper) for kind in kinds]
        try:
            while wait_for(starting, timeout=0.02).not_done:
                check()
            return [each.result() for each in starting]
        except BaseException:
            _give_up(starting, reaper)
            raise


def urls_of(servers: Sequence[EmbeddedServer]) -> dict[str, str]:
    """The variables that lead to these servers; EMBEDDED_SERVERS among them, so that production refuses them."""
    urls = {name: value for server in servers for name, value in server.environment.items()}
    return {**urls, "EMBEDDED_SERVERS": ",".join(server.name for server in servers)} if servers else {}


@contextlib.contextmanager
def server_urls(environment: Mapping[str, str], *, check: Callable[[], None]) -> Iterator[dict[str, str]]:
    """The missing variables for one command: from the `dev` of this folder, else of servers started for it.

    Raises:
        EmbeddedServerError: one can't start.
    """
    kinds = missing_servers(environment)
    folder = DataFolder.of(environment)
    published = folder.published() if kinds else None
    if published is not None:
        yield _shared(kinds, published)
        return
    with Reaper.start() as reaper:
        servers = start_servers(kinds, folder.path, reaper=reaper, check=check)
        try:
            yield urls_of(servers)
        finally:
            for server in reversed(servers):
                server.stop()


def _start(kind: ServerKind, data: Path, reaper: Reaper) -> EmbeddedServer:
    say(f"Starting {kind.title} (set {kind.variable} to use a server of your own) …")
    begun = time.monotonic()
    server = kind.start(data, reaper=reaper)
    say(f"{kind.title} is ready after {time.monotonic() - begun:.1f} s; its data are in {data}")
    return server


def _give_up(starting: Sequence[Future[EmbeddedServer]], reaper: Reaper) -> None:
    reaper.close()
    for each in starting:
        if each.exception() is None:
            each.result().stop()


def _shared(kinds: Sequence[ServerKind], published: Mapping[str, str]) -> dict[str, str]:
    """The URLs of a running `dev`, and which of them lead to embedded servers."""
    embedded = published.get("EMBEDDED_SERVERS", "").split(",")
    urls = {kind.variable: published[kind.variable] for kind in kinds}
    return {**urls, "EMBEDDED_SERVERS": ",".join(kind.name for kind in kinds if kind.name in embedded)}
