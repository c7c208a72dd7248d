"""/metrics on the API, outside production only; there METRICS_PORT serves it (template-owned)."""

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.site.views import PlainView


class Metrics(PlainView):
    """Everything this process counts, in Prometheus's text format."""

    def get(self, _: HttpRequest) -> HttpResponse:
        return HttpResponse(generate_latest(), CONTENT_TYPE_LATEST)
