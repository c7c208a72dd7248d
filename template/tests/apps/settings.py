"""Django's settings for tests and for mypy's plugin: the service's own, whatever a developer's `.env` holds
(template-owned)."""

import os

from tests.environment import environment, service_environment

_SOMEWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}

# mypy has no servers.
with environment(_SOMEWHERE | service_environment(**{n: os.environ.get(n) or u for n, u in _SOMEWHERE.items()})):
    from app.site.settings import *  # noqa: F403 - all of them, as Django wants them in one module
