"""The service's settings, with the paths of noop before its own."""

from app.site.settings import *  # noqa: F403 - all of them, as Django wants them in one module

ROOT_URLCONF = "noop.urls"
