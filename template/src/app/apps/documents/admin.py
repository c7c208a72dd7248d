"""The audit trail on the pages of administration, to be looked at (template-owned)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from app.apps.administration.rows import ReadOnly, caller_of
from app.apps.documents.models import AuditEntry
from app.apps.documents.trails import the_trail


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """What was written in the caller's organization, where this database keeps it: MongoDB's is at `GET /audit`."""

    permission = ("audit", "read")
    list_display = ("at", "resource", "resource_id", "user_id")
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return AuditEntry.objects.filter(organization_id=caller_of(request).organization_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return the_trail().backend == "embedded" and super().has_module_permission(request)
