"""The paths of accounts and sessions (template-owned)."""

from django.urls import path

import app.apps.rest.converters  # noqa: F401 - it makes `row` known
from app.apps.auth import views

urlpatterns = [
    path("auth/register", views.Registration.as_view()),
    path("auth/login", views.LogIn.as_view()),
    path("auth/refresh", views.Refresh.as_view()),
    path("auth/logout", views.LogOut.as_view()),
    path("auth/logout-all", views.LogOutEverywhere.as_view()),
    path("auth/me", views.Me.as_view()),
    path("auth/password/change", views.Password.as_view()),
    path("auth/sessions", views.Sessions.as_view()),
    path("auth/sessions/<row:id>", views.OneSession.as_view()),
]
