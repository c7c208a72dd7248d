"""The operations on projects (sample: yours after the first render)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.idempotency.services import once
from app.apps.projects import services
from app.apps.projects.filters import ProjectFilters
from app.apps.projects.selectors import rows
from app.apps.projects.serializers import ProjectBody, ProjectInput, ProjectPage, ProjectPatch, ProjectQuery
from app.apps.rest.authentication import caller_of
from app.apps.rest.conditional import IfMatchMixin
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.pagination import read_page
from app.apps.rest.renderers import row_reply
from app.domain.operations import needs
from app.kit import problems as kinds
from app.kit.problem_schema import documented

_ONE = documented(kinds.NOT_FOUND)
_CHANGE = documented(kinds.NOT_FOUND, kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)
_IF_MATCH = ("If-Match",)


class Projects(OperationView):
    """All of them."""

    filterset_class = ProjectFilters

    @operation("list_projects", needs("projects:read"), query=ProjectQuery, reply=ProjectPage)
    def get(self, request: Request) -> HttpResponse:
        """Projects of the caller's organization, a page at a time."""
        return read_page(rows, request, self)

    @operation(
        "create_project",
        needs("projects:create"),
        body=ProjectInput,
        reply=ProjectBody,
        status=201,
        answers=documented(kinds.IN_PROGRESS),
        headers=("Idempotency-Key",),
    )
    def post(self, request: Request) -> HttpResponse:
        """Make a project; with an Idempotency-Key at most once."""

        def work() -> HttpResponse:
            made = services.create_project(caller_of(request), self.body)
            return row_reply(rows.shown(made), status=201, location=f"{request.path}/{made.id}")

        with transaction.atomic():
            return once(request, self.document).run(work)


class OneProject(IfMatchMixin, OperationView):
    """One of them."""

    @operation("read_project", needs("projects:read"), reply=ProjectBody, answers=_ONE)
    def get(self, request: Request, id: UUID) -> HttpResponse:
        """One project."""
        return row_reply(rows.one(caller_of(request), id))

    @operation(
        "replace_project",
        needs("projects:update"),
        body=ProjectInput,
        reply=ProjectBody,
        answers=_CHANGE,
        headers=_IF_MATCH,
    )
    def put(self, request: Request, id: UUID) -> HttpResponse:
        """Replace a project; a field left out gets its default."""
        return self._change(request, id)

    @operation(
        "update_project",
        needs("projects:update"),
        body=ProjectPatch,
        reply=ProjectBody,
        answers=_CHANGE,
        headers=_IF_MATCH,
    )
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        """Change the given fields of a project (JSON merge patch)."""
        return self._change(request, id)

    @operation("delete_project", needs("projects:delete"), status=204, answers=_CHANGE, headers=_IF_MATCH)
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        """Delete a project softly: `restore` brings it back."""
        with transaction.atomic():
            services.delete_project(caller_of(request), id, self.if_match)
        return HttpResponse(status=204)

    def _change(self, request: Request, id: UUID) -> HttpResponse:
        with transaction.atomic():
            changed = services.change_project(caller_of(request), id, self.if_match, self.body)
        return row_reply(rows.shown(changed))


class ProjectRestoration(OperationView):
    """What undoes a deletion."""

    @operation("restore_project", needs("projects:delete"), reply=ProjectBody, answers=_ONE)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        """Bring a deleted project back."""
        with transaction.atomic():
            restored = services.restore_project(caller_of(request), id)
        return row_reply(rows.shown(restored))
