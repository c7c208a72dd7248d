"""Events and their jobs on the pages of administration, to be looked at (template-owned)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from app.apps.administration.rows import ReadOnly, caller_of
from app.apps.outbox.models import OutboxEvent, WrittenJob


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnly):
    """What happened in the caller's organization, and whether it was relayed."""

    permission = ("audit", "read")
    list_display = ("name", "resource_id", "at", "relayed_at")
    list_filter = (("relayed_at", admin.EmptyFieldListFilter),)
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return OutboxEvent.objects.filter(organization_id=caller_of(request).organization_id)


@admin.register(WrittenJob)
class WrittenJobAdmin(ReadOnly):
    """What is done about those events, and whether it failed."""

    permission = ("audit", "read")
    list_display = ("name", "queue", "created_at", "attempts", "finished_at", "error")
    list_filter = ("queue", ("finished_at", admin.EmptyFieldListFilter), ("error", admin.EmptyFieldListFilter))
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return WrittenJob.objects.filter(event__organization_id=caller_of(request).organization_id)
