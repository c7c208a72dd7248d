"""The service's tables, as a project of Django has its own."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone


class Project(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organization_id = models.UUIDField()
    deleted_at = models.DateTimeField(null=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "tasks"
        db_table = "projects"
        managed = False


class Task(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_column="created_by", related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_column="updated_by", related_name="+"
    )
    organization_id = models.UUIDField(editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True, default="")
    status = models.CharField(choices=[(word, word) for word in ("todo", "doing", "done")], default="todo")
    priority = models.CharField(
        choices=[(word, word) for word in ("low", "normal", "high")], default="normal"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "tasks"
        db_table = "tasks"
        managed = False


class OutboxEvent(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    name = models.TextField()
    organization_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    resource = models.TextField()
    resource_id = models.UUIDField()
    version = models.IntegerField()
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "tasks"
        db_table = "outbox"
        managed = False
