"""The servers that are compared, as values: how each is started, and how one logs in there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

APPS = Path(__file__).with_name("apps")
PASSWORD = "correct horse battery staple"
# As deployed, but for limits that one client never reaches; production itself would ask for a mail server.
SETTINGS = {
    "ENVIRONMENT": "staging",
    "ALLOWED_HOSTS": "127.0.0.1",
    "EMBEDDED_SERVERS": "",
    "RATE_LIMIT_API": "999999999/1m",
}


@dataclass(frozen=True)
class LogIn:
    """What is posted for a token, where the answer holds it, and the word before it in `Authorization`."""

    path: str
    body: Mapping[str, str]
    answer: str = "access_token"
    scheme: str = "Bearer"


@dataclass(frozen=True, eq=False)
class Variant:
    """A server by its name in the tables; `text` says there what it is.

    `command` is a program of its environment with its arguments, in which `{port}` stands for the port,
    `folder` where it imports from: none for the service as rendered. A peer has an environment of its own,
    made of the `requirements.txt` in its folder, of which the page names `packages`, and perhaps a module,
    `prepare`, to run once the database is there.
    """

    name: str
    text: str
    command: tuple[str, ...]
    folder: Path | None = None
    is_peer: bool = False
    packages: tuple[str, ...] = ()
    prepare: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    log_in: LogIn | None = None
    # Whether its create leaves the event out, and a path of its own writes it.
    has_event_apart: bool = False


RENDERED = Variant(
    "as rendered",
    "`serve` with every layer on: logs to a file, metrics, headers, token, tracing at 10 % into a collector "
    "that drops it, one round trip to Redis.",
    ("serve",),
    log_in=LogIn("/api/v1/auth/login", {"email": "admin@acme.example", "password": PASSWORD}),
)
