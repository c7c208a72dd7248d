"""A route that does nothing, in three ways; first, since how many routes a service has is not measured."""

from app.apps.rest.operations import OperationView, operation
from app.domain.operations import needs, open_to
from app.site.urls import handler400, handler403, handler404
from app.site.urls import urlpatterns as service_urls
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.views import APIView

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]


class Bare(APIView):
    authentication_classes = permission_classes = throttle_classes = ()

    def get(self, _: Request) -> HttpResponse:
        return HttpResponse(b"{}", "application/json")


class Public(OperationView):
    @operation("noop_public", open_to("public"))
    def get(self, _: Request) -> HttpResponse:
        return HttpResponse(b"{}", "application/json")


class Noop(OperationView):
    @operation("noop", needs("tasks:read"))
    def get(self, _: Request) -> HttpResponse:
        return HttpResponse(b"{}", "application/json")


urlpatterns = [
    path("bare", Bare.as_view()),
    path("public", Public.as_view()),
    path("noop", Noop.as_view()),
    *service_urls,
]
