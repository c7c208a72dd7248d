"""Attachments."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from app.apps.postgres.schema import run_schema

_STATE = [
    migrations.CreateModel(
        name="Attachment",
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
            ("resource", models.TextField(editable=False)),
            ("resource_id", models.UUIDField(editable=False)),
            ("filename", models.TextField()),
            ("size", models.BigIntegerField(editable=False)),
            ("content_type", models.TextField(editable=False)),
            (
                "status",
                models.TextField(
                    choices=[
                        ("pending", "pending"),
                        ("scanning", "scanning"),
                        ("clean", "clean"),
                        ("not_scanned", "not_scanned"),
                        ("quarantined", "quarantined"),
                        ("rejected", "rejected"),
                    ],
                    db_default="pending",
                    editable=False,
                ),
            ),
            ("key", models.TextField(editable=False, null=True)),
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
            "db_table": "attachments",
            "indexes": [
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["organization", "resource", "resource_id", "created_at", "id"],
                    name="attachments_resource_id_idx",
                ),
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["status", "updated_at"],
                    name="attachments_status_idx",
                ),
                models.Index(
                    condition=models.Q(("deleted_at__isnull", False), ("key__isnull", False)),
                    fields=["deleted_at"],
                    name="attachments_deleted_at_idx",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("key",), name="attachments_key_key"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("status__in", ("pending", "scanning", "clean", "not_scanned", "quarantined", "rejected"))
                    ),
                    name="attachments_status_check",
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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (run_schema("storage/0001", down="DROP TABLE attachments;", state=_STATE),)
