"""Audit entries."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

import app.apps.postgres.json
from app.apps.postgres.schema import run_schema

STATE = (
    migrations.CreateModel(
        name="AuditEntry",
        fields=[
            ("id", models.UUIDField(primary_key=True, serialize=False)),
            ("organization_id", models.UUIDField()),
            ("user_id", models.UUIDField(null=True)),
            ("resource", models.TextField()),
            ("resource_id", models.UUIDField()),
            ("at", models.DateTimeField()),
            ("schema_version", models.IntegerField()),
            ("body", models.JSONField(encoder=app.apps.postgres.json.JsonEncoder)),
        ],
        options={
            "db_table": "audit_entries",
            "indexes": [
                models.Index(fields=["organization_id", "at", "id"], name="audit_entries_organization_id_idx"),
                models.Index(fields=["organization_id", "resource", "at", "id"], name="audit_entries_resource_idx"),
                models.Index(
                    fields=["organization_id", "resource_id", "at", "id"], name="audit_entries_resource_id_idx"
                ),
                models.Index(fields=["schema_version", "id"], name="audit_entries_schema_version_idx"),
            ],
        },
    ),
)


class Migration(migrations.Migration):
    """Creates the table."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Operation]] = [
        run_schema("documents/0001", down="DROP TABLE audit_entries", state=STATE),
    ]
