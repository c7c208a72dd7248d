"""The path of the audit trail (template-owned)."""

from django.urls import path

from app.apps.documents import views

urlpatterns = [path("audit", views.Audit.as_view())]
