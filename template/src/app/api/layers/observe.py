"""The guide's HTTP metrics, with labels that stay few whatever clients send (template-owned)."""

from collections.abc import Callable

from starlette.types import Scope

from app.api.layers.exchange import Exchange
from app.kit.metrics import HTTP_REQUEST_BYTES, HTTP_REQUESTS, HTTP_RESPONSE_BYTES, HTTP_SECONDS

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_CLIENT_LEFT = 499
_Observe = Callable[[float], None]
_Children = tuple[Callable[[], None], _Observe, _Observe, _Observe]


class HttpMetrics:
    """Observes answers; keeps the labelled children, whose look-up costs more than the observation."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], _Children] = {}

    def observe(self, exchange: Exchange, seconds: float, *, method: str, route: str | None) -> None:
        """Count an answer; `route` is the template, none where no route answered."""
        labels = (method if method in _METHODS else "other", route or "unmatched", exchange.status or _CLIENT_LEFT)
        children = self._known.get(labels)
        if children is None:
            children = self._known[labels] = _children(*labels)
        count, observe_seconds, observe_received, observe_sent = children
        count()
        observe_seconds(seconds)
        observe_received(exchange.received)
        observe_sent(exchange.sent)


def route_template(scope: Scope) -> str | None:
    """The template of the route that answered, `/api/v1/projects/{id}`."""
    # FastAPI keeps the whole template, with its routers' prefixes, in a context of its own.
    context = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(context, "path_format", None)


def _children(method: str, path: str, status: int) -> _Children:
    seconds, received, sent = (h.labels(method, path) for h in (HTTP_SECONDS, HTTP_REQUEST_BYTES, HTTP_RESPONSE_BYTES))
    return HTTP_REQUESTS.labels(method, path, status).inc, seconds.observe, received.observe, sent.observe
