"""What a process knows of itself (template-owned)."""

from dataclasses import dataclass

from django.conf import settings
from opentelemetry.trace import Tracer

from app.components import Settings
from app.kit.settings import CoreSettings


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
