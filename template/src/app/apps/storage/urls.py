"""The paths of attachments, for each resource that may have some, and of the embedded store (template-owned)."""

from django.urls import path

import app.apps.rest.converters  # noqa: F401 - the converter `row`
from app.apps.slices import find_slices
from app.apps.storage.transfers import Transfers
from app.apps.storage.views import paths_of
from app.components.storage import component
from app.kit.storage.links import SERVED_AT

_resources = [resource for one in find_slices() for resource in one.resources]
urlpatterns = [
    path(SERVED_AT.removeprefix("/"), Transfers.as_view()),
    *(each for resource in component.extended(_resources) for each in paths_of(resource)),
]
