"""The tracer of a serving process (template-owned).

The SDK and the exporter are in `app.site.otlp`, imported only where a collector is set.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Tracer

from app.kit.settings import CoreSettings


@contextmanager
def open_tracer(settings: CoreSettings) -> Iterator[Tracer | None]:
    """What makes spans for as long as the process serves; none, and nothing imported, without a collector."""
    if settings.otel_exporter_otlp_endpoint is None:
        yield None
        return
    from app.site.otlp import exporting_tracer

    with exporting_tracer(settings) as tracer:
        yield tracer
