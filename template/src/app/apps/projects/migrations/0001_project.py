"""Projects (sample: yours after the first render)."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from app.apps.postgres.schema import run_schema

_STATE = [
    migrations.CreateModel(
        name="Project",
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
            ("name", models.TextField()),
            ("description", models.TextField(blank=True, db_default="")),
            (
                "visibility",
                models.TextField(
                    choices=[("organization", "organization"), ("public", "public")], db_default="organization"
                ),
            ),
            ("deletion_id", models.UUIDField(editable=False, null=True)),
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
            "db_table": "projects",
            "indexes": [
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["organization", "created_at", "id"],
                    name="projects_organization_id_created_at_idx",
                ),
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["organization", "updated_at", "id"],
                    name="projects_organization_id_updated_at_idx",
                ),
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["organization", "name", "id"],
                    name="projects_organization_id_name_idx",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("visibility__in", ("organization", "public"))), name="projects_visibility_check"
                )
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
    operations = (run_schema("projects/0001", down="DROP TABLE projects;", state=_STATE),)
