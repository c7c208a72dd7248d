"""The paths of users (template-owned)."""

from django.urls import path

import app.apps.rest.converters  # noqa: F401 - it makes `row` known
from app.apps.users import views

urlpatterns = [
    path("users", views.Users.as_view()),
    path("users/<row:id>", views.OneUser.as_view()),
]
