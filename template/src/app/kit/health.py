"""What /health and its probes answer (template-owned; contract, "Processes")."""

from collections.abc import Mapping
from typing import Literal

import orjson
from pydantic import BaseModel, Field

from app.kit.settings import Backend

Status = Literal["ok", "degraded", "unavailable"]
PING_SECONDS = 0.5
FRESH_SECONDS = 1.0
ALIVE = b'{"status":"ok"}'


class CheckResult(BaseModel):
    """How one server is."""

    status: Status
    backend: Backend
    detail: str


class Health(BaseModel):
    """How the service is; `/health/live` has no `checks`."""

    status: Status
    checks: dict[str, CheckResult] = Field(default_factory=dict)


STOPPING = CheckResult(status="unavailable", backend="real", detail="stopping")


def answered(backend: Backend, *, is_resting: bool = False, said: str | None = None) -> CheckResult:
    """Of a server that answers, with what it says of itself, if anything.

    One at rest is left alone by all calls but a ping, whose answer is then no proof.
    """
    if is_resting:
        return CheckResult(status="degraded", backend=backend, detail="left alone, since calls kept failing")
    return CheckResult(status="ok", backend=backend, detail=said or "answers")


def failed(backend: Backend, error: Exception, *, is_required: bool, shows: bool) -> CheckResult:
    """Of a server that does not answer; `shows` why, which may hold an address: at a developer's machine only."""
    detail = f"{type(error).__name__}: {error}"[:200] if shows else "does not answer"
    return CheckResult(status="unavailable" if is_required else "degraded", backend=backend, detail=detail)


def health_of(checks: Mapping[str, CheckResult], *, is_probe: bool) -> tuple[bytes, int, dict[str, str]]:
    """The answer's body, status and headers: a probe is told 503 where something required is missing."""
    found = {check.status for check in checks.values()}
    status: Status = next((s for s in ("unavailable", "degraded") if s in found), "ok")
    body = orjson.dumps({"status": status, "checks": {name: c.model_dump() for name, c in checks.items()}})
    if is_probe and status == "unavailable":
        return body, 503, {"Retry-After": "5"}
    return body, 200, {}
