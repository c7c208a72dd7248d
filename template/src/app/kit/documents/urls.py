"""MONGODB_URL, read once into what PyMongo's clients are made of (template-owned).

The options are those that Amazon DocumentDB takes as well: no retryable writes, no transactions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from app.kit.service import this_service

_EXAMPLE = "mongodb://localhost:27017/app_dev"


@dataclass(frozen=True)
class MongoServer:
    """A database of a MongoDB or DocumentDB; `options` are those of the URL, by their names in small letters."""

    url: str = field(repr=False)
    database: str
    options: Mapping[str, str] = field(repr=False, default_factory=dict)

    def client_arguments(self, seconds: float) -> dict[str, Any]:
        """What PyMongo's client wants, so that an operation ends within `seconds`; what the URL says of it wins."""
        defaults = {
            # Writes here bear a repeat, and DocumentDB refuses what PyMongo would send by itself.
            "retryWrites": False,
            # What is acknowledged outlives the server that said so.
            "w": "majority",
            "appname": this_service().slug,
        }
        given = {name: value for name, value in defaults.items() if name.lower() not in self.options}
        fixed = {"timeoutMS": int(seconds * 1000), "uuidRepresentation": "standard", "tz_aware": True}
        return {"host": self.url, **given, **fixed}


def parse_mongodb_url(url: str) -> MongoServer:
    """Read `mongodb://user:password@host:27017,…/database?tls=true&tlsCAFile=…`, or `mongodb+srv://…`.

    Raises:
        ValueError: what is wrong and how to write it; never the value itself.
    """
    scheme, _, rest = url.strip().partition("://")
    if scheme not in ("mongodb", "mongodb+srv") or not rest.partition("/")[0]:
        raise ValueError(f"it must look like {_EXAMPLE}")
    parts = urlsplit(url.strip())
    database = unquote(parts.path.lstrip("/"))
    if not database or not set(database).isdisjoint('/\\. "$'):
        raise ValueError(f"it names no database: end it with /NAME, as in {_EXAMPLE}")
    options = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    if scheme == "mongodb":
        # The other one is a question to the name server, which is for the client to ask.
        _check(url.strip())
    return MongoServer(url.strip(), database, options)


def _check(url: str) -> None:
    # Imported for those who name a server: it takes a moment.
    from pymongo.errors import PyMongoError
    from pymongo.uri_parser import parse_uri

    try:
        parse_uri(url, validate=True, warn=False)
    except OSError:
        raise ValueError("a file that it names, as tlsCAFile does, can't be read") from None
    except (PyMongoError, ValueError, TypeError):
        text = "a host, a port, an option or a password without its %-escapes is none that MongoDB knows"
        raise ValueError(f"{text}; it must look like {_EXAMPLE}?tls=true&tlsCAFile=FILE") from None
