"""Tasks (sample: yours after the first render)."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from app.apps.postgres.schema import run_schema

_STATE = [
    migrations.CreateModel(
        name="Task",
        fields=[
            (
                "id",
                models.UUIDField(
                    db_default=django.contrib.postgres.functions.RandomUUID(),
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ("version", models.IntegerField(db_default=1, editable=False)),
            ("title", models.TextField()),
            ("description", models.TextField(blank=True, db_default="")),
            (
                "status",
                models.TextField(choices=[("todo", "todo"), ("doing", "doing"), ("done", "done")], db_default="todo"),
            ),
            (
                "priority",
                models.TextField(choices=[("low", "low"), ("normal", "normal"), ("high", "high")], db_default="normal"),
            ),
            ("due_at", models.DateTimeField(blank=True, null=True)),
            ("deletion_id", models.UUIDField(editable=False, null=True)),
            (
                "assignee",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "created_by",
                models.ForeignKey(
                    db_column="created_by",
                    db_index=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    db_index=False,
                    editable=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organizations.organization",
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.project"
                ),
            ),
            (
                "updated_by",
                models.ForeignKey(
                    db_column="updated_by",
                    db_index=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "db_table": "tasks",
            "indexes": [
                models.Index(
                    models.F("organization"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_created_at_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.F("updated_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_updated_at_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.F("due_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_due_at_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.OrderBy(models.F("due_at"), descending=True, nulls_last=True),
                    models.OrderBy(models.F("id"), descending=True),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_due_at_desc_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.F("project"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_project_id_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.F("assignee"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_assignee_id_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.F("status"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_status_idx",
                ),
                models.Index(
                    models.F("organization"),
                    models.F("priority"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="tasks_organization_id_priority_idx",
                ),
                models.Index(
                    condition=models.Q(("deletion_id__isnull", False)),
                    fields=["deletion_id"],
                    name="tasks_deletion_id_idx",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("status__in", ("todo", "doing", "done"))), name="tasks_status_check"
                ),
                models.CheckConstraint(
                    condition=models.Q(("priority__in", ("low", "normal", "high"))), name="tasks_priority_check"
                ),
            ],
        },
    ),
]


class Migration(migrations.Migration):
    """The table is one file of SQL."""

    initial = True
    dependencies = (
        ("organizations", "0002_authors"),
        ("projects", "0001_project"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (run_schema("tasks/0001", down="DROP TABLE tasks;", state=_STATE),)
