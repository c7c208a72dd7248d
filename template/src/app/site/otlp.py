"""Sends spans to the collector by OTLP over HTTP (template-owned).

The SDK is heavy: `app.site.tracing` imports this module only where a collector is set. The usual `OTEL_…` variables for
headers, certificates, time-outs and batches are read by the SDK itself.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer

from app.kit.sampling import AsTheRequest
from app.kit.service import this_service
from app.kit.settings import CoreSettings

# What is left is sent at the end of the process, unless the collector keeps it waiting.
_GOODBYE_SECONDS = 3.0


@contextmanager
def exporting_tracer(settings: CoreSettings) -> Iterator[Tracer]:
    """A tracer whose spans are sent in the background, in batches; what is left at the end is sent then."""
    provider = _provider(settings)
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        # So that the service's own `trace.get_tracer(…)` takes part.
        trace.set_tracer_provider(provider)
    try:
        yield provider.get_tracer("app")
    finally:
        # The end of a process can't wait as long as the SDK would.
        goodbye = threading.Thread(target=provider.shutdown, name="last spans", daemon=True)
        goodbye.start()
        goodbye.join(_GOODBYE_SECONDS)


def _provider(settings: CoreSettings) -> TracerProvider:
    resource = Resource.create(
        {
            "service.name": this_service().slug,
            "service.version": settings.service_version,
            "deployment.environment.name": settings.environment,
        }
    )
    provider = TracerProvider(AsTheRequest(settings.otel_traces_sampler_arg), resource, shutdown_on_exit=False)
    endpoint = f"{str(settings.otel_exporter_otlp_endpoint).rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
    return provider
