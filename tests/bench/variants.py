"""The servers that are compared: the service as rendered, its routes bare, and the usual way."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import await_answer, cores, free_port, pinned, running
from tests.bench.service import Service
from tests.bench.stage import Stage

APPS = Path(__file__).with_name("apps")
LIVE = "/health/live"
# As deployed, but for limits that one client never reaches; production itself would ask for a mail server.
SETTINGS = {
    "ENVIRONMENT": "staging",
    "ALLOWED_HOSTS": "127.0.0.1",
    "EMBEDDED_SERVERS": "",
    "RATE_LIMIT_API": "999999999/1m",
}
UVICORN = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")


@dataclass(frozen=True)
class Variant:
    """A server by its name in the tables; `app` is a module of apps/, none for the service as rendered."""

    name: str
    app: str | None = None

    def command(self, service: Service, port: int) -> list[str | Path]:
        """What starts it on `port`."""
        if self.app is None:
            return [service.program("serve")]
        app: list[str | Path] = ["--app-dir", APPS, f"{self.app}:app", "--port", str(port)]
        return [service.program("uvicorn"), *app, *UVICORN]


@dataclass(frozen=True)
class Server:
    """One that runs now."""

    variant: Variant
    port: int
    pid: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


RENDERED = Variant("as rendered")
BARE = Variant("bare", "bare")
USUAL = Variant("usual ORM", "orm")
VARIANTS = (RENDERED, BARE, USUAL)


@contextlib.contextmanager
def served(stage: Stage, variant: Variant) -> Iterator[Server]:
    """The variant on a core of its own until the end of the block, which begins with its first 200.

    What it prints goes to a new file.
    """
    log = stage.folder / f"{variant.app or 'serve'}.log"
    log.write_bytes(b"")
    port = free_port()
    environment = {
        **stage.service.variables,
        **SETTINGS,
        "PORT": str(port),
        "METRICS_PORT": str(free_port()),
        "OTEL_EXPORTER_OTLP_ENDPOINT": stage.collector_address,
    }
    command = pinned(variant.command(stage.service, port), cores()[1])
    with running(command, environment=environment, folder=stage.service.folder, log=log) as process:
        await_answer(process, port, LIVE, log=log)
        yield Server(variant, port, process.pid, log)
