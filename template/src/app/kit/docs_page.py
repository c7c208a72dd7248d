"""The page of /docs, self-hosted: nothing is fetched from elsewhere (template-owned)."""

from string import Template

from app.kit.service import this_service

BEARER = "bearer"
ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
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


def docs_page(nonce: str) -> str:
    """The page, whose one inline script carries `nonce`."""
    return _PAGE.substitute(title=f"{this_service().slug} API", nonce=nonce, scheme=BEARER)
