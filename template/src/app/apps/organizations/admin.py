"""The caller's organization on the pages of administration (template-owned)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from app.apps.administration.forms import RowForm
from app.apps.administration.rows import RowAdmin, caller_of
from app.apps.organizations.models import Organization
from app.apps.organizations.serializers import OrganizationPatch
from app.apps.organizations.services import change_organization
from app.domain.caller import Caller


def _change(caller: Caller, _: UUID, if_match: str | None, values: Mapping[str, Any]) -> Organization:
    return change_organization(caller, if_match, values)


class OrganizationForm(RowForm):
    """What may be changed of an organization."""

    patch = OrganizationPatch

    class Meta:
        model = Organization
        fields = ("name",)


@admin.register(Organization)
class OrganizationAdmin(RowAdmin):
    """One's own alone; they are made by registration."""

    resource = "org"
    form = OrganizationForm
    fields = ("name", "row_version", *RowAdmin.readonly_fields)
    list_display = ("name", "created_at")
    list_filter = ()
    change = _change

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Organization.objects.filter(id=caller_of(request).organization_id)
