"""The path of search (template-owned)."""

from django.urls import path

from app.apps.search import views

urlpatterns = [path("search", views.Search.as_view())]
