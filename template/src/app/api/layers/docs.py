"""/docs and /openapi.json, self-hosted: nothing is fetched from elsewhere (template-owned)."""

import secrets
from functools import cache
from importlib.resources import files
from string import Template

import orjson
from fastapi import APIRouter, FastAPI, Request, Response

from app.api.layers.openapi import BEARER
from app.kit.headers import docs_policy
from app.kit.service import this_service

router = APIRouter(include_in_schema=False)

_ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_PAGE = Template("""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>$title</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div class="swagger-ui">
      <div class="wrapper">
        <p>
          Execute <code>POST /api/v1/auth/login</code> once: then this page sends the access token with each call.
        </p>
      </div>
    </div>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script nonce="$nonce">
      const ui = SwaggerUIBundle({
        url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: false,
        responseInterceptor: (response) => {
          if (response.ok && /\\/auth\\/(login|refresh)$$/.test(new URL(response.url).pathname)) {
            ui.preauthorizeApiKey("$scheme", response.obj.access_token);
          }
          return response;
        },
      });
    </script>
  </body>
</html>
""")


@router.get("/docs")
def docs_page() -> Response:
    """The page; its one inline script carries a nonce of its own."""
    nonce = secrets.token_urlsafe(16)
    page = _PAGE.substitute(title=f"{this_service().slug} API", nonce=nonce, scheme=BEARER)
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": docs_policy(nonce)})


def _serve_asset(name: str, media_type: str) -> None:
    @router.get(f"/docs/{name}")
    def asset() -> Response:
        return Response(_asset(name), media_type=media_type)


for _name, _media_type in _ASSETS.items():
    _serve_asset(_name, _media_type)


@router.get("/openapi.json")
def openapi_document(request: Request) -> Response:
    """The document, made once."""
    application: FastAPI = request.app
    return Response(orjson.dumps(application.openapi()), media_type="application/json")


@cache
def _asset(name: str) -> bytes:
    return files("fastapi_offline").joinpath("static", name).read_bytes()
