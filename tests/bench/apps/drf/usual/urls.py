"""The routes alone."""

from django.urls import include, path
from tasks.views import live

urlpatterns = [path("health/live", live), path("api/v1/", include("tasks.urls"))]
