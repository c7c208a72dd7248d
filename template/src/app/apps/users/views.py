"""The operations on users (template-owned)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.rest.authentication import caller_of
from app.apps.rest.conditional import IfMatchMixin
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.pagination import read_page
from app.apps.rest.renderers import row_reply
from app.apps.users import services
from app.apps.users.selectors import rows
from app.apps.users.serializers import UserBody, UserPage, UserPatch, UserQuery
from app.domain.operations import needs
from app.kit import problems as kinds
from app.kit.problem_schema import documented

_CHANGE = documented(kinds.NOT_FOUND, kinds.CONFLICT, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


class Users(OperationView):
    """All of them."""

    @operation("list_users", needs("users:read"), query=UserQuery, reply=UserPage)
    def get(self, request: Request) -> HttpResponse:
        """Users of the caller's organization, a page at a time."""
        return read_page(rows, request, self)


class OneUser(IfMatchMixin, OperationView):
    """One user of the caller's organization."""

    @operation("read_user", needs("users:read"), reply=UserBody, answers=documented(kinds.NOT_FOUND))
    def get(self, request: Request, id: UUID) -> HttpResponse:
        """One user."""
        return row_reply(rows.one(caller_of(request), id))

    @operation(
        "update_user",
        needs("users:update"),
        body=UserPatch,
        reply=UserBody,
        answers=_CHANGE,
        headers=("If-Match",),
    )
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        """Change a user's role or activity (JSON merge patch); takes effect on the user's next request."""
        with transaction.atomic():
            changed = services.update_user(caller_of(request), id, self.if_match, self.body)
        return row_reply(rows.shown(changed))
