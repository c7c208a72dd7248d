"""Security headers, value by value (template-owned; guide, "Security Headers")."""

from app.kit.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS, docs_policy


def test_every_answer_carries_these_headers() -> None:
    assert dict(SECURITY_HEADERS) == {
        b"strict-transport-security": b"max-age=31536000; includeSubDomains",
        b"x-content-type-options": b"nosniff",
        b"x-frame-options": b"DENY",
        b"x-xss-protection": b"0",
        b"referrer-policy": b"strict-origin-when-cross-origin",
        b"permissions-policy": b"geolocation=(), microphone=(), camera=()",
        b"cache-control": b"no-store",
    }


def test_the_api_allows_a_browser_nothing() -> None:
    assert CONTENT_SECURITY_POLICY == (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


def test_the_documentation_runs_its_own_scripts_and_one_inline_by_nonce() -> None:
    assert docs_policy("abc") == (
        "default-src 'none'; script-src 'self' 'nonce-abc'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
