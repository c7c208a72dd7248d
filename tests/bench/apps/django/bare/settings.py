"""The service's settings, with other paths and without what stands before a view."""

from app.site.settings import *  # noqa: F403 - all of them, as Django wants them in one module
from app.site.settings import REST_FRAMEWORK as THEIRS

ROOT_URLCONF = "bare.urls"
MIDDLEWARE = []
REST_FRAMEWORK = THEIRS | {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": [],
}
