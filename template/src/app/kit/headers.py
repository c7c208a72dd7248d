"""Security headers (template-owned; guide, "Security Headers", without unsafe-inline and X-XSS-Protection)."""

_EVERYWHERE = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "0",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
    "Cache-Control": "no-store",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"

# As ASGI wants them, made once: lower-case bytes.
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = tuple(
    (name.lower().encode(), value.encode()) for name, value in _EVERYWHERE.items()
)
CONTENT_SECURITY_POLICY = (b"content-security-policy", _API_POLICY.encode())


def docs_policy(nonce: str) -> str:
    """Content-Security-Policy of the self-hosted documentation page, whose one inline script carries `nonce`."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
