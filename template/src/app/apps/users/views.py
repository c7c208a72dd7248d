"""The operations on users (template-owned)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.rest.authentication import caller_of
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.renderers import row_reply
from app.apps.users import selectors, services
from app.apps.users.serializers import UserBody, UserPatch
from app.domain.operations import needs
from app.domain.users import check_change
from app.kit import problems as kinds
from app.kit.problem_schema import documented
from app.kit.versions import check_if_match

_CHANGE = documented(kinds.NOT_FOUND, kinds.CONFLICT, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)


class OneUser(OperationView):
    """One user of the caller's organization."""

    @operation("read_user", needs("users:read"), reply=UserBody, answers=documented(kinds.NOT_FOUND))
    def get(self, request: Request, id: UUID) -> HttpResponse:
        """One user."""
        return row_reply(selectors.read_user(caller_of(request), id))

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
        caller = caller_of(request)
        with transaction.atomic():
            held = services.hold_user(caller, id)
            check_change(caller, held, self.body)
            check_if_match(request.headers.get("If-Match"), held.version)
            changed = services.change_user(held, caller=caller, values=self.body)
        return row_reply(changed.shown(selectors.COLUMNS))
