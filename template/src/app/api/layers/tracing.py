"""The tracer of a serving process (template-owned).

The SDK and the exporter are in `app.api.layers.otlp`, imported only where a collector is set.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from opentelemetry.trace import Tracer

from app.kit.settings import CoreSettings


@asynccontextmanager
async def open_tracer(settings: CoreSettings) -> AsyncIterator[Tracer | None]:
    """What makes spans for as long as the process serves; none, and nothing imported, without a collector."""
    if settings.otel_exporter_otlp_endpoint is None:
        yield None
        return
    from app.api.layers.otlp import exporting_tracer

    async with exporting_tracer(settings) as tracer:
        yield tracer
