"""The site as Django finds it: its system checks (template-owned)."""

import atexit

from django.apps import AppConfig

from app.apps.postgres.engine.base import close_pools


class SiteConfig(AppConfig):
    """Checks what a start-up should not find out later."""

    name = "app.site"

    def ready(self) -> None:
        # Or the end of a command would wait for threads of the pool.
        atexit.register(close_pools)
        from app.site import checks  # noqa: F401 - Django knows them once they are imported
