"""Attachments on the pages of administration, to be looked at (template-owned)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from app.apps.administration.rows import ReadOnly, caller_of
from app.apps.storage.models import Attachment


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly):
    """What is known of the organization's files; where their bytes are is nobody's business here."""

    permission = ("audit", "read")
    list_display = ("created_at", "filename", "resource", "resource_id", "size", "content_type", "status")
    list_filter = ("status",)
    exclude = ("key",)
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Attachment.objects.of(caller_of(request))
