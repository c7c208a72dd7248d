"""The guide's HTTP metrics, with labels that stay few whatever clients send (template-owned)."""

from collections.abc import Callable

from app.kit.metrics import HTTP_REQUEST_BYTES, HTTP_REQUESTS, HTTP_RESPONSE_BYTES, HTTP_SECONDS

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_CLIENT_LEFT = 499
_Observe = Callable[[float], None]
_Children = tuple[Callable[[], None], _Observe, _Observe, _Observe]


class HttpMetrics:
    """Observes answers; keeps the labelled children, whose look-up costs more than the observation."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], _Children] = {}

    def observe(self, method: str, route: str | None, status: int, *, seconds: float, received: int, sent: int) -> None:
        """Count an answer and the bytes of both bodies.

        `route` is the template, none where no route answered; `status` is 0 where nobody waited for an answer.
        """
        labels = (method if method in _METHODS else "other", route or "unmatched", status or _CLIENT_LEFT)
        children = self._known.get(labels)
        if children is None:
            children = self._known[labels] = _children(*labels)
        count, observe_seconds, observe_received, observe_sent = children
        count()
        observe_seconds(seconds)
        observe_received(received)
        observe_sent(sent)


def _children(method: str, path: str, status: int) -> _Children:
    seconds, received, sent = (h.labels(method, path) for h in (HTTP_SECONDS, HTTP_REQUEST_BYTES, HTTP_RESPONSE_BYTES))
    return HTTP_REQUESTS.labels(method, path, status).inc, seconds.observe, received.observe, sent.observe
