"""The operations on the caller's organization (template-owned)."""

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.organizations import selectors, services
from app.apps.organizations.serializers import OrganizationBody, OrganizationPatch
from app.apps.rest.authentication import caller_of
from app.apps.rest.conditional import IfMatchMixin
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.renderers import row_reply
from app.domain.operations import needs, open_to
from app.kit import problems as kinds
from app.kit.problem_schema import documented

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


class CurrentOrganization(IfMatchMixin, OperationView):
    """The organization of whoever asks."""

    @operation("read_current_organization", open_to("authenticated"), reply=OrganizationBody, answers=_ONE)
    def get(self, request: Request) -> HttpResponse:
        """The caller's organization."""
        return row_reply(selectors.read_organization(caller_of(request).organization_id))

    @operation(
        "update_current_organization",
        needs("org:update"),
        body=OrganizationPatch,
        reply=OrganizationBody,
        answers=_CHANGE,
        headers=("If-Match",),
    )
    def patch(self, request: Request) -> HttpResponse:
        """Change the caller's organization (JSON merge patch)."""
        with transaction.atomic():
            held = services.change_organization(caller_of(request), self.if_match, self.body)
        return row_reply(held.shown(selectors.COLUMNS))
