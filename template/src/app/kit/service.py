"""The service's own name: the one place that differs between services (template-owned)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Service:
    """Who this service is: `slug` for machines (metrics, issuer, log field), `name` for people."""

    slug: str
    name: str


@cache
def this_service() -> Service:
    """Read `service.toml` beside the package, once."""
    return Service(**tomllib.loads(files("app").joinpath("service.toml").read_text(encoding="utf-8")))
