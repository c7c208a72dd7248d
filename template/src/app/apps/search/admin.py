"""What can be found on the pages of administration, to be looked at (template-owned)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from app.apps.administration.rows import ReadOnly, caller_of
from app.apps.search.index import the_index
from app.apps.search.models import SearchDocument


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnly):
    """What can be found in the caller's organization, where this database keeps it and no Elasticsearch does."""

    permission = ("audit", "read")
    list_display = ("indexed_at", "resource", "title", "version", "is_deleted")
    list_filter = ("is_deleted",)
    ordering = ("-indexed_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return SearchDocument.objects.filter(organization_id=caller_of(request).organization_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return the_index().backend == "embedded" and super().has_module_permission(request)
