"""The paths of the service: its own, and those of every slice that has a `urls.py` (template-owned)."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from app.apps.runtime import core_settings
from app.apps.slices import find_slices
from app.site import docs, health, key_set, metrics

_core = core_settings()
_DOCS = [path("docs", docs.Page.as_view()), path("docs/<str:name>", docs.Asset.as_view())]
_API = [path("", include(f"{one.name}.urls")) for one in find_slices() if find_spec(f"{one.name}.urls")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.Liveness.as_view()),
    path("health", health.Summary.as_view()),
    path("health/ready", health.Readiness.as_view()),
    path(".well-known/jwks.json", key_set.KeySet.as_view()),
    path(f"api/{_core.api_version}/", include(_API)),
]
if not _core.is_production:
    urlpatterns.append(path("metrics", metrics.Metrics.as_view()))
if _core.serves_docs:
    urlpatterns += [*_DOCS, path("openapi.json", docs.Document.as_view())]
if settings.SERVES_ADMIN:
    urlpatterns += [path("admin", RedirectView.as_view(url="/admin/")), path("admin/", admin.site.urls)]

handler400 = "app.apps.rest.problems.unreadable"
handler403 = "app.apps.rest.problems.forbidden"
handler404 = "app.apps.rest.problems.no_such_path"
