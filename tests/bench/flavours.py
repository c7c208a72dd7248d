"""What is measured of each flavour, against which servers, and the bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.variants import APPS, PASSWORD, RENDERED, LogIn, Variant

HEALTH, LIST, ONE, CREATE, EVENT = "health", "list of 20", "one", "create", "create with event"
# In the order in which each noop adds them.
TOKEN = {
    "token": "+ access token and permission",
    "tracing": "+ tracing at 10 %, exported",
    "redis": "+ one round trip to Redis: rate limit and session version",
}
LOOP = ("--loop", "uvloop", "--http", "httptools", "--port", "{port}")
QUIET = ("--no-access-log", "--log-level", "warning")
WSGI = (
    "gunicorn",
    "--bind",
    "127.0.0.1:{port}",
    "--no-control-socket",
    "django.core.wsgi:get_wsgi_application()",
)
# As many as `serve` has: ten that may have a connection, and eight more.
THREADS = ("--threads", "18")


@dataclass(frozen=True)
class Bar:
    """The least rate of a case against that of another variant; in percent where `unit` is %."""

    case: str
    other: Variant
    least: float
    unit: str = "×"


@dataclass(frozen=True)
class Flavour:
    """One of the template's two: `answers` render it, `folder` holds its bare routes and its noop.

    `variants` begin with the service as rendered, its routes bare, and the usual way; the rest are peers. The
    bars of the layers, in µs, are for all without Redis and for all; those of start and memory are ratios to
    `peer`.
    """

    name: str
    answers: Mapping[str, str]
    folder: Path
    packages: tuple[str, ...]
    variants: tuple[Variant, ...]
    layers: Mapping[str, str]
    bars: tuple[Bar, ...]
    layer_bars: tuple[float, float] | None
    peer: Variant
    start_bar: float
    memory_bar: float

    @property
    def usual(self) -> Variant:
        return self.variants[2]

    @property
    def peers(self) -> tuple[Variant, ...]:
        return tuple(variant for variant in self.variants if variant.is_peer)


FULL_STACK = Variant(
    "full-stack-fastapi",
    "the same routes as a service of full-stack-fastapi-template has its own: SQLModel and psycopg in "
    "threads, lists by offset with a count, a token by HS256, its user read for every request; its packages.",
    ("uvicorn", "main:app", *LOOP),
    APPS / "full_stack_fastapi",
    is_peer=True,
    packages=("fastapi", "uvicorn", "sqlmodel", "sqlalchemy", "psycopg", "pydantic"),
    log_in=LogIn("/api/v1/login/access-token", {"username": "admin@acme.example", "password": PASSWORD}),
)
COOKIECUTTER = Variant(
    "cookiecutter-django",
    "the routes of *usual DRF* in a project with cookiecutter-django's settings and packages: its apps and "
    "middleware, `TokenAuthentication`, `ATOMIC_REQUESTS`; gunicorn with 8 threads, by default it has one.",
    (*WSGI, "--threads", "8"),
    APPS / "drf",
    is_peer=True,
    packages=("django", "djangorestframework", "gunicorn", "django-allauth", "psycopg"),
    prepare="cookiecutter.prepare",
    variables={"DJANGO_SETTINGS_MODULE": "cookiecutter.settings", "PEER_PASSWORD": PASSWORD},
    log_in=LogIn("/api/auth-token/", {"username": "admin", "password": PASSWORD}, "token", "Token"),
)
USUAL_ORM = Variant(
    "usual ORM",
    "plain FastAPI, SQLAlchemy's ORM, a session by dependency, `response_model`, the default pool; without a "
    f"layer. Its `create` writes the task alone; `{EVENT}` also the event, as the two before always do.",
    ("uvicorn", "orm:app", *LOOP, *QUIET),
    APPS / "fastapi",
    has_event_apart=True,
)
USUAL_DRF = Variant(
    "usual DRF",
    "`ModelViewSet`, `ModelSerializer`, `CursorPagination`, as many of gunicorn's threads as `serve` has, "
    "each with a connection; without a layer. Its `create` writes the task alone; "
    f"`{EVENT}` also the event, as the two before always do.",
    (*WSGI, *THREADS),
    APPS / "drf",
    variables={"DJANGO_SETTINGS_MODULE": "usual.settings"},
    has_event_apart=True,
)
FASTAPI = Flavour(
    name="FastAPI",
    answers={"framework": "fastapi"},
    folder=APPS / "fastapi",
    packages=(
        "fastapi",
        "starlette",
        "uvicorn",
        "uvloop",
        "pydantic",
        "sqlalchemy",
        "asyncpg",
        "redis",
        "orjson",
    ),
    variants=(
        RENDERED,
        Variant(
            "bare",
            "the same statements and JSON in plain FastAPI, without a layer.",
            ("uvicorn", "bare:app", *LOOP, *QUIET),
            APPS / "fastapi",
        ),
        USUAL_ORM,
        FULL_STACK,
    ),
    layers={
        "route": "a bare FastAPI route",
        "operation": "+ the service's route class and application, a public operation",
        "edge": "+ the layer around it: id, headers, metrics, log line to a file, time limit",
        **TOKEN,
    },
    bars=(
        *(Bar(case, USUAL_ORM, 85, "%") for case in (LIST, ONE, CREATE, EVENT)),
        *(Bar(case, FULL_STACK, 2) for case in (LIST, ONE, CREATE)),
    ),
    layer_bars=(40, 150),
    peer=FULL_STACK,
    start_bar=0.85,
    memory_bar=1.0,
)
DJANGO = Flavour(
    name="Django",
    answers={"framework": "django"},
    folder=APPS / "django",
    packages=("django", "djangorestframework", "gunicorn", "pydantic", "psycopg", "redis", "orjson"),
    variants=(
        RENDERED,
        Variant(
            "bare",
            "the same statements and JSON in plain views of Django REST framework, without a layer.",
            (*WSGI, *THREADS),
            APPS / "django",
            variables={"DJANGO_SETTINGS_MODULE": "bare.settings"},
        ),
        USUAL_DRF,
        COOKIECUTTER,
        FULL_STACK,
    ),
    layers={
        "route": "a bare route of Django REST framework",
        "operation": "+ the service's handler, middleware and view, a public operation",
        # The time limit is the server's.
        "edge": "+ the layer around it: id, headers, metrics, log line to a file",
        **TOKEN,
    },
    bars=(Bar(LIST, COOKIECUTTER, 1.7), Bar(ONE, COOKIECUTTER, 2), Bar(CREATE, COOKIECUTTER, 2.5)),
    layer_bars=None,
    peer=FULL_STACK,
    start_bar=0.85,
    memory_bar=1.15,
)
FLAVOURS = {"fastapi": FASTAPI, "django": DJANGO}
