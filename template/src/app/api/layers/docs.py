"""/docs and /openapi.json, self-hosted: nothing is fetched from elsewhere (template-owned)."""

import secrets
from functools import cache
from importlib.resources import files
from threading import Lock

import orjson
from fastapi import APIRouter, FastAPI, Request, Response

from app.kit.docs_page import ASSETS, docs_page
from app.kit.headers import docs_policy

router = APIRouter(include_in_schema=False)
_making = Lock()


@router.get("/docs")
def read_docs() -> Response:
    """The page; its one inline script carries a nonce of its own."""
    nonce = secrets.token_urlsafe(16)
    policy = {"Content-Security-Policy": docs_policy(nonce)}
    return Response(docs_page(nonce), media_type="text/html", headers=policy)


def _serve_asset(name: str, media_type: str) -> None:
    @router.get(f"/docs/{name}")
    def asset() -> Response:
        return Response(_asset(name), media_type=media_type)


for _name, _media_type in ASSETS.items():
    _serve_asset(_name, _media_type)


@router.get("/openapi.json")
def openapi_document(request: Request) -> Response:
    """The document, made once."""
    application: FastAPI = request.app
    # What makes it fails where two threads are the first to ask.
    with _making:
        document = application.openapi()
    return Response(orjson.dumps(document), media_type="application/json")


@cache
def _asset(name: str) -> bytes:
    return files("fastapi_offline").joinpath("static", name).read_bytes()
