"""ELASTICSEARCH_URL, read once into what its client is made of (template-owned)."""

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_EXAMPLE = "http://localhost:9200"


@dataclass(frozen=True)
class SearchServer:
    """An Elasticsearch or OpenSearch; over TLS the certificate is always verified."""

    host: str
    port: int
    tls: bool = False
    path: str = ""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    root_certificate: str | None = None

    def client_arguments(self, seconds: float) -> dict[str, Any]:
        """What opensearch-py's client wants, so that a request ends within `seconds`."""
        arguments: dict[str, Any] = {
            "hosts": [{"host": self.host, "port": self.port, "url_prefix": self.path}],
            "use_ssl": self.tls,
            "timeout": seconds,
            # What was broken off is sent once more, which each write here bears; what took too long is not.
            "max_retries": 1,
            "retry_on_timeout": False,
            "retry_on_status": (),
        }
        if self.user is not None:
            arguments["http_auth"] = (self.user, self.password or "")
        if self.tls:
            arguments["ssl_context"] = ssl.create_default_context(cafile=self.root_certificate)
        return arguments


def parse_elasticsearch_url(url: str) -> SearchServer:
    """Read `https://user:password@host:9200/path?ca_certs=FILE`; `http://` is without TLS.

    Raises:
        ValueError: what is wrong and how to write it; never the value itself.
    """
    parts = _split(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    root_certificate = query.pop("ca_certs", None)
    if query:
        raise ValueError(f"it has parameters that are not known: {', '.join(sorted(query))}")
    tls = parts.scheme == "https"
    _check_certificate(root_certificate, tls=tls)
    return SearchServer(
        host=parts.hostname or "",
        port=_port(parts, default=443 if tls else 9200),
        tls=tls,
        path=parts.path.strip("/"),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        root_certificate=root_certificate,
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"it must look like {_EXAMPLE}")
    return parts


def _port(parts: SplitResult, *, default: int) -> int:
    try:
        return parts.port or default
    except ValueError:
        raise ValueError("its port is no number from 1 to 65535") from None


def _check_certificate(file: str | None, *, tls: bool) -> None:
    if file is None:
        return
    if not tls:
        raise ValueError("ca_certs is for TLS: begin it with https://")
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ValueError):
        raise ValueError("the file that ca_certs names can't be read, or holds no certificate (PEM)") from None
