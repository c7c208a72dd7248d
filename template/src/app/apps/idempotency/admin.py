"""Idempotency keys on the pages of administration, to be looked at (template-owned)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from app.apps.administration.rows import ReadOnly, caller_of
from app.apps.idempotency.models import KeptAnswer


@admin.register(KeptAnswer)
class KeptAnswerAdmin(ReadOnly):
    """Which requests of the organization's users are not done twice; what was answered is for those who asked."""

    permission = ("audit", "read")
    list_display = ("created_at", "user", "method", "path", "key", "status")
    list_display_links = None
    list_select_related = ("user",)
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return KeptAnswer.objects.filter(user__organization_id=caller_of(request).organization_id)

    def change_view(self, *_: Any, **__: Any) -> HttpResponse:
        """There is no such page: a key alone names no row."""
        raise Http404
