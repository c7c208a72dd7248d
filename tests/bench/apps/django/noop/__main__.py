"""CPU time of a request that does nothing, through some of the layers: `python -m noop LAYER REQUESTS`.

A layer comes with those before it in LAYERS. Prints microseconds a request, of all threads of this process,
on standard error; standard output is the service's log. Runs in a rendered service's environment.
"""

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import django
from app.apps.redis.gate import the_gate
from app.apps.redis.store import Store
from app.apps.runtime import core_settings, process
from app.kit.settings import CoreSettings
from app.kit.tokens import issue_access_token
from app.site.tracing import open_tracer
from app.site.wsgi import Service, make_application
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

LAYERS = ("route", "operation", "edge", "token", "tracing", "redis")
USER, SESSION = uuid4(), uuid4()
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Unasked(Store):
    """What Redis would answer, without asking it."""

    def run(self, operation: str, call: Callable[[], Any]) -> Any:
        return [0, b"1"]


def measure(layer: str, requests: int) -> float:
    """CPU microseconds a request."""
    django.setup()
    on, core = LAYERS[: LAYERS.index(layer) + 1], core_settings()
    gate = the_gate()
    if "redis" in on:
        gate.remember(USER, SESSION, 1, is_revoked=False)
    else:
        gate._store = Unasked(gate._store.redis)
    app = _application(on)
    environ = _environ("/noop" if "token" in on else "/public" if "operation" in on else "/bare")
    if "token" in on:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {_token(core)}"
    with open_tracer(core) if "tracing" in on else contextlib.nullcontext() as process.tracer:
        _ask(app, environ, requests // 5)
        # The first export happens now: it imports and connects, once in the life of a process.
        time.sleep(1 if "tracing" in on else 0)
        began = time.process_time()
        _ask(app, environ, requests)
        return (time.process_time() - began) / requests * 1_000_000


def _application(on: tuple[str, ...]) -> Application:
    if "edge" in on:
        return make_application()
    if "operation" in on:
        return Service()
    settings.MIDDLEWARE = []
    return WSGIHandler()


def _token(core: CoreSettings) -> str:
    claims = {"sub": str(USER), "org": str(UUID(int=1)), "roles": ["OrgAdmin"], "sid": str(SESSION), "sv": 1}
    return issue_access_token(core, claims, permissions=(), now=datetime.now(UTC), life=timedelta(minutes=15))


def _ask(app: Application, environ: dict[str, Any], times: int) -> None:
    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        if status != "200 OK":
            raise RuntimeError(f"answered {status}")

    for _ in range(times):
        body: Any = app({**environ, "wsgi.input": io.BytesIO()}, start)
        b"".join(body)
        body.close()


def _environ(path: str) -> dict[str, Any]:
    """As gunicorn makes it."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "3000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_USER_AGENT": "bench",
        "HTTP_ACCEPT": "*/*",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "noop.settings"
    print(measure(sys.argv[1], int(sys.argv[2])), file=sys.stderr)
