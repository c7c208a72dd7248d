"""The guide's HTTP metrics, with labels that stay few whatever clients send (template-owned)."""

from prometheus_client import Counter, Histogram
from starlette.types import Scope

from app.kit.metrics import HTTP_REQUEST_BYTES, HTTP_REQUESTS, HTTP_RESPONSE_BYTES, HTTP_SECONDS

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class HttpMetrics:
    """Observes answers; keeps the labelled children, whose look-up costs more than the observation."""

    def __init__(self) -> None:
        self._by_status: dict[tuple[str, str, int], Counter] = {}
        self._by_path: dict[tuple[str, str], tuple[Histogram, ...]] = {}

    def observe(self, *, method: str, path: str, status: int, seconds: float, received: int, sent: int) -> None:
        method = method if method in _METHODS else "other"
        counter = self._by_status.get((method, path, status))
        if counter is None:
            counter = HTTP_REQUESTS.labels(method, path, status or 499)
            self._by_status[method, path, status] = counter
        counter.inc()
        histograms = self._by_path.get((method, path))
        if histograms is None:
            all_three = (HTTP_SECONDS, HTTP_REQUEST_BYTES, HTTP_RESPONSE_BYTES)
            histograms = tuple(h.labels(method, path) for h in all_three)
            self._by_path[method, path] = histograms
        for histogram, value in zip(histograms, (seconds, received, sent), strict=True):
            histogram.observe(value)


def route_template(scope: Scope) -> str:
    """The template of the route that answered, `/api/v1/projects/{id}`; `unmatched` for none."""
    # FastAPI keeps the whole template, with its routers' prefixes, in a context of its own.
    context = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(context, "path_format", None) or "unmatched"
