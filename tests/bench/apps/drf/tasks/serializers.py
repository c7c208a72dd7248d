"""What requests and replies about tasks hold."""

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers

from tasks.models import Project, Task


class TaskSerializer(serializers.ModelSerializer[Any]):
    project_id = serializers.PrimaryKeyRelatedField(source="project", queryset=Project.objects.all())
    assignee_id = serializers.PrimaryKeyRelatedField(
        source="assignee", queryset=get_user_model().objects.all(), allow_null=True, required=False
    )

    class Meta:
        model = Task
        read_only_fields = (
            "id",
            "version",
            "created_at",
            "updated_at",
            "deleted_at",
            "created_by",
            "updated_by",
        )
        fields = (
            *read_only_fields,
            "project_id",
            "title",
            "description",
            "status",
            "priority",
            "assignee_id",
            "due_at",
        )

    def validate_project_id(self, project: Any) -> Any:
        user = self.context["request"].user
        if project.organization_id != user.organization_id or project.deleted_at is not None:
            raise serializers.ValidationError("no such project")
        return project
