"""DATABASE_URL, as Django wants it."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit


def database() -> dict[str, Any]:
    """PostgreSQL, with a connection that a thread keeps."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.removeprefix("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": str(url.port),
        "CONN_MAX_AGE": 60,
    }
