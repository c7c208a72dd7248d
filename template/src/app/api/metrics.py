"""/metrics on the API, outside production only; there METRICS_PORT serves it (template-owned)."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest, start_http_server

from app.kit.settings import CoreSettings, SettingsError

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics() -> Response:
    """Everything this process counts, in Prometheus's text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def serve_metrics(core: CoreSettings) -> None:
    """Serve them on METRICS_PORT, where that is set.

    Raises:
        SettingsError: the port is taken.
    """
    if core.metrics_port is None:
        return
    try:
        start_http_server(core.metrics_port, addr=core.host)
    except OSError as error:
        raise SettingsError(
            f"METRICS_PORT: {core.metrics_port} can't be used ({error.strerror}); set it to a free one"
        ) from None
