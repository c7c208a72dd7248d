"""The documentation page: self-hosted, under a policy that allows no other inline code (template-owned)."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from httpx2 import Client


class Page(HTMLParser):
    """Collects what a browser would load, run or style inline."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inline_nonces: list[str | None] = []
        self.inline_attributes: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.links += [attributes[name] or "" for name in ("src", "href", "action") if name in attributes]
        self.inline_attributes += [name for name in attributes if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in attributes):
            self.inline_nonces.append(attributes.get("nonce"))


def _directives(client: Client) -> dict[str, list[str]]:
    policy = client.get("/docs").headers["content-security-policy"]
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";")) if words}


def _page(client: Client) -> Page:
    return Page(client.get("/docs").text)


def test_the_page_is_html(anonymous: Client) -> None:
    response = anonymous.get("/docs")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>" in response.text


def test_the_policy_allows_this_host_and_one_nonce(anonymous: Client) -> None:
    directives = _directives(anonymous)
    assert directives["default-src"] in (["'none'"], ["'self'"])
    assert directives["frame-ancestors"] == ["'none'"]
    sources = {source for listed in directives.values() for source in listed}
    nonces = {source for source in sources if re.fullmatch(r"'nonce-[A-Za-z0-9+/_=-]{16,}'", source)}
    assert len(nonces) == 1
    assert sources - nonces <= {"'none'", "'self'", "data:"}
    assert nonces <= set(directives["script-src"])


def test_each_load_of_the_page_has_a_nonce_of_its_own(anonymous: Client) -> None:
    assert _directives(anonymous)["script-src"] != _directives(anonymous)["script-src"]


def test_everything_inline_carries_the_nonce_of_its_reply(anonymous: Client) -> None:
    response = anonymous.get("/docs")
    page = Page(response.text)
    assert page.inline_attributes == []
    for nonce in page.inline_nonces:
        assert f"'nonce-{nonce}'" in response.headers["content-security-policy"]


def test_the_page_loads_nothing_from_elsewhere(anonymous: Client) -> None:
    links = _page(anonymous).links
    assert links != []
    assert [link for link in links if urlsplit(link).netloc or link.startswith("//")] == []


def test_everything_the_page_loads_is_there(anonymous: Client) -> None:
    for link in _page(anonymous).links:
        if link.startswith("data:"):
            continue
        response = anonymous.get(urljoin("/docs", link))
        assert response.status_code == 200, link
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.content != b""


def test_the_page_tells_how_to_log_in_and_uses_the_token_as_the_document_wants_it(anonymous: Client) -> None:
    page, document = anonymous.get("/docs").text, anonymous.get("/openapi.json").json()
    (scheme,) = re.findall(r'preauthorizeApiKey\("(\w+)"', page)

    assert "<code>POST /api/v1/auth/login</code>" in page
    assert document["components"]["securitySchemes"][scheme].items() >= {
        *(("type", "http"), ("scheme", "bearer"), ("bearerFormat", "JWT"))
    }
    assert document["paths"]["/api/v1/auth/me"]["get"]["security"] == [{scheme: []}]
    # The replies that the page takes a token from.
    for path in ("/api/v1/auth/login", "/api/v1/auth/refresh"):
        schema = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        tokens = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert "access_token" in tokens["required"]


def test_scripts_and_styles_have_a_type_that_a_browser_runs(anonymous: Client) -> None:
    types = {"js": "text/javascript", "css": "text/css"}
    loaded = {link.partition("?")[0].rpartition(".")[2]: link for link in _page(anonymous).links}
    assert set(types) <= set(loaded)
    for extension, media_type in types.items():
        served = anonymous.get(urljoin("/docs", loaded[extension])).headers["content-type"]
        assert served.partition(";")[0].replace("application/javascript", "text/javascript") == media_type
