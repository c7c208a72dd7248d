"""/metrics on the API, outside production only; there METRICS_PORT serves it (template-owned)."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics() -> Response:
    """Everything this process counts, in Prometheus's text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
