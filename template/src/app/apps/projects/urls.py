"""The paths of projects (sample: yours after the first render)."""

from django.urls import path

import app.apps.rest.converters  # noqa: F401 - the converter `row`
from app.apps.projects import views

urlpatterns = [
    path("projects", views.Projects.as_view()),
    path("projects/<row:id>", views.OneProject.as_view()),
    path("projects/<row:id>/restore", views.ProjectRestoration.as_view()),
]
