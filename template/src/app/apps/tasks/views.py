"""The operations on tasks (sample: yours after the first render)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.idempotency.services import once
from app.apps.rest.authentication import caller_of
from app.apps.rest.conditional import IfMatchMixin
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.pagination import read_page
from app.apps.rest.renderers import row_reply
from app.apps.tasks import services
from app.apps.tasks.filters import TaskFilters
from app.apps.tasks.selectors import rows
from app.apps.tasks.serializers import TaskAssignment, TaskBody, TaskInput, TaskPage, TaskPatch, TaskQuery
from app.domain.operations import needs
from app.kit import problems as kinds
from app.kit.problem_schema import documented

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)
_RESTORE = documented(kinds.NOT_FOUND, kinds.CONFLICT)
_IF_MATCH = ("If-Match",)


class Tasks(OperationView):
    """All of them."""

    filterset_class = TaskFilters

    @operation("list_tasks", needs("tasks:read"), query=TaskQuery, reply=TaskPage)
    def get(self, request: Request) -> HttpResponse:
        """Tasks of the caller's organization, a page at a time."""
        return read_page(rows, request, self)

    @operation(
        "create_task",
        needs("tasks:create"),
        body=TaskInput,
        reply=TaskBody,
        status=201,
        answers=documented(kinds.IN_PROGRESS),
        headers=("Idempotency-Key",),
    )
    def post(self, request: Request) -> HttpResponse:
        """Make a task; with an Idempotency-Key at most once."""

        def work() -> HttpResponse:
            made = services.create_task(caller_of(request), self.body)
            return row_reply(rows.shown(made), status=201, location=f"{request.path}/{made.id}")

        with transaction.atomic():
            return once(request, self.document).run(work)


class OneTask(IfMatchMixin, OperationView):
    """One of them."""

    @operation("read_task", needs("tasks:read"), reply=TaskBody, answers=_ONE)
    def get(self, request: Request, id: UUID) -> HttpResponse:
        """One task."""
        return row_reply(rows.one(caller_of(request), id))

    @operation(
        "replace_task",
        needs("tasks:update"),
        body=TaskInput,
        reply=TaskBody,
        answers=_CHANGE,
        headers=_IF_MATCH,
    )
    def put(self, request: Request, id: UUID) -> HttpResponse:
        """Replace a task; a field left out gets its default."""
        return self._change(request, id)

    @operation(
        "update_task",
        needs("tasks:update"),
        body=TaskPatch,
        reply=TaskBody,
        answers=_CHANGE,
        headers=_IF_MATCH,
    )
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        """Change the given fields of a task (JSON merge patch)."""
        return self._change(request, id)

    @operation("delete_task", needs("tasks:delete"), status=204, answers=_CHANGE, headers=_IF_MATCH)
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        """Delete a task softly: `restore` brings it back."""
        with transaction.atomic():
            services.delete_task(caller_of(request), id, self.if_match)
        return HttpResponse(status=204)

    def _change(self, request: Request, id: UUID) -> HttpResponse:
        with transaction.atomic():
            changed = services.change_task(caller_of(request), id, self.if_match, self.body)
        return row_reply(rows.shown(changed))


class Assignment(IfMatchMixin, OperationView):
    """Who is to do it."""

    @operation(
        "assign_task",
        needs("tasks:update"),
        body=TaskAssignment,
        reply=TaskBody,
        answers=_CHANGE,
        headers=_IF_MATCH,
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        """Give a task to somebody, or take it from everybody."""
        with transaction.atomic():
            changed = services.change_task(caller_of(request), id, self.if_match, self.body)
        return row_reply(rows.shown(changed))


class TaskRestoration(OperationView):
    """What undoes a deletion."""

    @operation("restore_task", needs("tasks:delete"), reply=TaskBody, answers=_RESTORE)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        """Bring a deleted task back, unless its project is deleted."""
        with transaction.atomic():
            restored = services.restore_task(caller_of(request), id)
        return row_reply(rows.shown(restored))
