"""The paths of organizations (template-owned)."""

from django.urls import path

from app.apps.organizations import views

urlpatterns = [path("organizations/current", views.CurrentOrganization.as_view())]
