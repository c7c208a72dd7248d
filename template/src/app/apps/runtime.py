"""What a process knows of itself (template-owned)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from opentelemetry.trace import Tracer

from app.apps.deadline import end_by
from app.components import Settings
from app.kit.settings import CoreSettings

# Where the server leaves, in a request's environment, what gives the body of it more time.
GRANT = "service.grant_time"


@dataclass
class Process:
    """This process; `draining` turns true when it has been told to stop."""

    draining: bool = False
    # Makes the spans of requests that are recorded; none where no collector is set.
    tracer: Tracer | None = None


process = Process()


def service_settings() -> Settings:
    """The settings of core and components, as they were read at start-up."""
    found: Settings = settings.SERVICE
    return found


def core_settings() -> CoreSettings:
    """The core's alone."""
    return service_settings().core


def grant_time(environ: Mapping[str, Any], seconds: float) -> None:
    """Let a request that streams its body take so long, whatever REQUEST_TIMEOUT is: it keeps a thread as long."""
    if GRANT in environ:
        environ[GRANT](seconds)
        end_by(time.monotonic() + seconds)
