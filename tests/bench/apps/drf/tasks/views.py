"""The tasks' routes as Django REST framework has them."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from tasks.models import OutboxEvent, Task
from tasks.serializers import TaskSerializer


class Pages(CursorPagination):
    """Twenty at a time; names the next page as the service does, and not by its whole address."""

    page_size = 20
    ordering = ("-created_at", "-id")

    def get_paginated_response(self, data: Any) -> Response:
        following = (self.get_next_link() or "").partition("?cursor=")[2]
        return Response({"items": data, "next_cursor": following or None})


class Tasks(ModelViewSet[Any]):
    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        mine = {"organization_id": user_of(self.request).organization_id}
        return super().get_queryset().filter(**mine, deleted_at=None)

    def perform_create(self, serializer: Any) -> None:
        user = user_of(self.request)
        serializer.save(organization_id=user.organization_id, created_by=user, updated_by=user)

    @action(detail=False, methods=["post"], url_path="with-event")
    def with_event(self, request: Request) -> Response:
        user = user_of(request)
        with transaction.atomic():
            response = self.create(request)
            OutboxEvent.objects.create(
                name="task.created",
                organization_id=user.organization_id,
                actor_id=user.pk,
                resource="task",
                resource_id=response.data["id"],
                version=response.data["version"],
                data=request.data,
            )
        return response


def user_of(request: Request) -> Any:
    return request.user


def live(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})
