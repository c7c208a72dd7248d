"""The ASGI application (template-owned)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from app.api import health, key_set, metrics
from app.api.layers import docs
from app.api.layers.edge import Edge
from app.api.layers.openapi import describe
from app.api.layers.operation import Operation
from app.api.layers.problems import handle_problems
from app.api.layers.tracing import open_tracer
from app.api.runtime import Runtime, open_runtime
from app.api.slices import find_slices, import_tables
from app.components import Settings
from app.domain.operations import AccessError
from app.kit.logs import configure_logs
from app.kit.service import this_service


def wrap(runtime: Runtime) -> ASGIApp:
    """The whole service as one ASGI application; nothing is connected before its lifespan begins."""
    shape = configure_logs(runtime.settings.core)
    return Edge(_with_cors(make_fastapi(runtime), runtime.settings), runtime, shape)


def make_fastapi(runtime: Runtime) -> FastAPI:
    """The FastAPI application inside, with every slice that is on."""
    app = FastAPI(
        title=this_service().name,
        lifespan=lambda _: _lifespan(runtime),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.runtime = runtime
    app.state.health = health.HealthChecks(runtime)
    # Foreign keys cross slices: SQLAlchemy must know every table before the first write.
    import_tables()
    handle_problems(app)
    describe(app)
    _mount(app, runtime.settings)
    return app


def _mount(app: FastAPI, settings: Settings) -> None:
    app.include_router(health.router)
    app.include_router(key_set.router)
    if not settings.core.is_production:
        app.include_router(metrics.router)
    if settings.core.serves_docs:
        app.include_router(docs.router)
    version = APIRouter(prefix=f"/api/{settings.core.api_version}")
    for one in find_slices():
        for router in one.routers:
            _check_operations(router)
            version.include_router(router)
    app.include_router(version)


def _check_operations(router: APIRouter) -> None:
    """Stop the start-up on an operation that nothing keeps from anybody.

    Raises:
        AccessError: a route that is no `Operation`, which would have refused to be made without its access.
    """
    for route in router.routes:
        if not isinstance(route, Operation):
            raise AccessError(f"{route}: make its router with route_class=Operation")


def _with_cors(app: ASGIApp, settings: Settings) -> ASGIApp:
    origins = settings.core.cors_allowed_origins
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "If-Match", "Idempotency-Key", "X-Request-ID"],
        expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
    )


@asynccontextmanager
async def _lifespan(runtime: Runtime) -> AsyncIterator[None]:
    slices = find_slices()
    async with (
        open_tracer(runtime.settings.core) as runtime.tracer,
        open_runtime(runtime, {one.name: one.open for one in slices if one.open}),
    ):
        yield
