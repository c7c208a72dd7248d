"""Asks the service at its public address whether it is ready (template-owned), as a caller would."""

from collections.abc import Mapping
from typing import Any

import httpx2

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.patience import moments
from app.dev.terraform.revisions import Revision

_ONE_REQUEST = 10.0
# Redis and components may be in trouble without making it unready (contract, "Processes").
_READY = ("ok", "degraded")


class SmokeTestError(DevelopmentError):
    """The service does not answer as it should."""


def public_url(api: Revision) -> str:
    """The address of the readiness check: of the first host in ALLOWED_HOSTS.

    Raises:
        DevelopmentError: the task definition gives none.
    """
    given = {one["name"]: one["value"] for one in api.container.get("environment") or ()}
    host = given.get("ALLOWED_HOSTS", "").partition(",")[0].strip()
    if not host or host.startswith((".", "*")):
        raise DevelopmentError(f"{api.name} gives no host as the first of ALLOWED_HOSTS; set it in infrastructure/")
    return f"https://{host}/health/ready"


def wait_until_ready(url: str, *, within: float) -> None:
    """Ask until the service is ready.

    Raises:
        SmokeTestError: it isn't after `within` seconds; the text says what it answered last.
    """
    fault = ""
    for _ in moments(within):
        fault = _ask(url)
        if not fault:
            say(f"  {url}: ready")
            return
    raise SmokeTestError(f"{url} is not ready after {within:.0f} s: {fault}")


def fault_of(status: int, body: object) -> str:
    """What is wrong with an answer; nothing if the service is ready."""
    said: Mapping[str, Any] = body if isinstance(body, dict) else {}
    if status == 200 and said.get("status") in _READY:
        return ""
    if status == 200:
        return "status 200, but not from this service: no `status` of readiness in it"
    checks = said.get("checks")
    down = [name for name, one in checks.items() if one.get("status") != "ok"] if isinstance(checks, dict) else []
    return f"status {status}" + (f", {', '.join(down)} in trouble" if down else "")


def _ask(url: str) -> str:
    try:
        reply = httpx2.get(url, timeout=_ONE_REQUEST)
        body = reply.json() if "json" in reply.headers.get("content-type", "") else None
    except (httpx2.HTTPError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return fault_of(reply.status_code, body)
