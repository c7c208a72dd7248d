"""JSON as the contract writes it, whatever a client accepts (template-owned)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from app.kit.strict_json import write_json
from app.kit.versions import entity_tag


class JsonRenderer(BaseRenderer):
    """For DRF's own `Response`; what is asked for often answers with `reply` below, which is faster."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else write_json(data)


class AcceptIgnored(BaseContentNegotiation):
    """`Accept` changes nothing (contract, "HTTP")."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only = next(iter(renderers))
        return only, str(only.media_type)


def json_reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A reply with a body of JSON."""
    return HttpResponse(write_json(value), "application/json", status, headers=dict(headers or {}))


def row_reply(row: Mapping[str, Any], *, status: int = 200, location: str | None = None) -> HttpResponse:
    """One row of a resource, as its reply shows it, with its ETag."""
    headers = {"ETag": entity_tag(row["version"])} | ({"Location": location} if location else {})
    return json_reply(row, status, headers)
