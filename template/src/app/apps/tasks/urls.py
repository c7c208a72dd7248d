"""The paths of tasks (sample: yours after the first render)."""

from django.urls import path

import app.apps.rest.converters  # noqa: F401 - the converter `row`
from app.apps.tasks import views

urlpatterns = [
    path("tasks", views.Tasks.as_view()),
    path("tasks/<row:id>", views.OneTask.as_view()),
    path("tasks/<row:id>/assign", views.Assignment.as_view()),
    path("tasks/<row:id>/restore", views.TaskRestoration.as_view()),
]
