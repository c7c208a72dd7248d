"""Sessions on the pages of administration: seen, and ended (template-owned)."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from app.apps.administration.rows import ReadOnly, caller_of
from app.apps.sessions.models import RefreshToken, Session
from app.apps.sessions.services import SessionsOf


class RefreshTokens(admin.TabularInline):  # type: ignore[type-arg]
    """The generations of a session's tokens; their hashes are nobody's business."""

    model = RefreshToken
    fields = readonly_fields = ("generation", "created_at", "used_at")
    ordering = ("-generation",)
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(ReadOnly):
    """Those of the organization's users, by address and device."""

    permission = ("users", "update")
    inlines = (RefreshTokens,)
    fields = ("user", "device", "ip", "created_at", "last_used_at", "expires_at", "revoked_at", "version")
    list_display = ("user", "device", "ip", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    ordering = ("-created_at", "-id")
    actions = ("end_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Session.objects.filter(user__organization_id=caller_of(request).organization_id)

    @admin.action(description="End selected sessions", permissions=["view"])
    def end_selected(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """As their users could: Redis is told, the outbox tells it again; a SuperAdmin's by a SuperAdmin alone."""
        caller = caller_of(request)
        mine = queryset if caller.role == "SuperAdmin" else queryset.exclude(user__role="SuperAdmin")
        with transaction.atomic():
            ended = sum(
                SessionsOf(one.user_id, caller.organization_id, caller.user_id).end(only=one.id)
                for one in mine.order_by("id")
            )
        self.message_user(request, f"Ended: {ended}.")
