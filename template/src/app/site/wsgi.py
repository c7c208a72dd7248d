"""The service as one WSGI application (template-owned)."""

import logging
import re
from functools import cache

from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from app.apps.postgres.engine.base import show_pool
from app.apps.runtime import core_settings
from app.kit.logs import configure_logs
from app.site.edge import ROUTE, Application, Edge

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class Service(WSGIHandler):
    """Django's handler, which also says which route answered."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = super().get_response(request)
        finally:
            if request.resolver_match:
                request.META[ROUTE] = route_template(request.resolver_match)
        if isinstance(response, HttpResponse) and response.status_code != 204 and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response


def make_application() -> Edge:
    """Make it; Django must be set up. Nothing is connected before the first request."""
    settings = core_settings()
    shape = configure_logs(settings)
    # It warns of every 4xx: the access line has said so.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    show_pool(connection)
    service: Application = Service()
    if django_settings.SERVES_ADMIN:
        from app.site.administration import with_static_files

        service = with_static_files(service)
    return Edge(service, settings, shape)


def route_template(match: ResolverMatch) -> str:
    """The template of the route, `/api/v1/projects/{id}`."""
    return _template(match.route)


@cache
def _template(route: str) -> str:
    return "/" + _PARAMETER.sub(r"{\1}", route)
