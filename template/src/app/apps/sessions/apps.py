"""What Django and the service find of this folder (template-owned)."""

from collections.abc import Mapping
from typing import ClassVar

from app.apps import slices


class SessionsConfig(slices.Slice):
    """Sessions: no routes of their own, they are part of `auth`."""

    name = "app.apps.sessions"
    # `sessions` is the label of Django's own, which a service may want.
    label = "login_sessions"
    handlers: ClassVar[Mapping[str, str]] = {
        "session.revoked": "services.remember_change",
        "session.bumped": "services.remember_change",
    }
