"""/docs and /openapi.json, self-hosted: nothing is fetched from elsewhere (template-owned)."""

import secrets
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse

from app.kit.docs_page import ASSETS, docs_page
from app.kit.headers import docs_policy
from app.site.views import PlainView

_making = Lock()
_ASSETS = "static/drf_spectacular_sidecar/swagger-ui-dist"


class Page(PlainView):
    """The page; its one inline script carries a nonce of its own."""

    def get(self, _: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        policy = {"Content-Security-Policy": docs_policy(nonce)}
        return HttpResponse(docs_page(nonce), "text/html; charset=utf-8", headers=policy)


class Asset(PlainView):
    """What the page loads."""

    def get(self, _: HttpRequest, name: str) -> HttpResponse:
        if name not in ASSETS:
            raise Http404
        return HttpResponse(_asset(name), f"{ASSETS[name]}; charset=utf-8")


class Document(PlainView):
    """The document, made once."""

    def get(self, _: HttpRequest) -> HttpResponse:
        # What makes it fails where two threads are the first to ask.
        with _making:
            document = _document()
        return HttpResponse(document, "application/json")


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of the service as it is configured."""
    # Only now: a process that nobody asks for the document starts without what makes it.
    from drf_spectacular.generators import SchemaGenerator

    generator: Any = SchemaGenerator  # it has no types
    document: dict[str, Any] = generator().get_schema(request=None, public=True)
    return document


@cache
def _document() -> bytes:
    return orjson.dumps(openapi_document())


@cache
def _asset(name: str) -> bytes:
    return files("drf_spectacular_sidecar").joinpath(_ASSETS, name).read_bytes()
