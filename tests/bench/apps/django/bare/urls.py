"""The tasks' routes without a layer: the service's own statements and JSON; no edge, no token, no Redis.

Runs in a rendered service's environment, as what `serve` is compared with.
"""

from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

from app.apps.rest.pagination import read_page
from app.apps.rest.renderers import row_reply
from app.apps.tasks import services
from app.apps.tasks.filters import TaskFilters
from app.apps.tasks.selectors import rows
from app.apps.tasks.serializers import TaskInput, TaskQuery
from app.domain.caller import Caller
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.views import APIView

# Whose token the service as rendered gets: Acme's OrgAdmin.
user, organization = (uuid5(NAMESPACE_DNS, name) for name in ("admin@acme.example", "acme.example"))
caller = Caller(user, organization, "OrgAdmin", UUID(int=0))


class Live(APIView):
    def get(self, _: Request) -> HttpResponse:
        return HttpResponse(b'{"status":"ok"}', "application/json")


class Tasks(APIView):
    filterset_class = TaskFilters

    def get(self, request: Request) -> HttpResponse:
        request.user = caller  # type: ignore[assignment]
        self.query: Any = TaskQuery().run_validation(request.query_params.dict())
        return read_page(rows, request, self)  # type: ignore[arg-type]

    def post(self, request: Request) -> HttpResponse:
        values: Any = TaskInput().run_validation(request.data)
        with transaction.atomic():
            made = services.create_task(caller, values)
        return row_reply(rows.shown(made), status=201)


class OneTask(APIView):
    def get(self, _: Request, task_id: UUID) -> HttpResponse:
        return row_reply(rows.one(caller, task_id))


urlpatterns = [
    path("health/live", Live.as_view()),
    path("api/v1/tasks", Tasks.as_view()),
    path("api/v1/tasks/<uuid:task_id>", OneTask.as_view()),
]
