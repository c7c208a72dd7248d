"""Search documents."""

from typing import ClassVar

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from app.apps.postgres.schema import run_schema

STATE = (
    migrations.CreateModel(
        name="SearchDocument",
        fields=[
            ("id", models.UUIDField(primary_key=True, serialize=False)),
            ("organization_id", models.UUIDField()),
            ("resource", models.TextField()),
            ("version", models.IntegerField()),
            ("is_deleted", models.BooleanField()),
            ("created_at", models.DateTimeField()),
            ("indexed_at", models.DateTimeField()),
            ("title", models.TextField()),
            ("body", models.TextField()),
            ("title_words", django.contrib.postgres.search.SearchVectorField()),
            ("words", django.contrib.postgres.search.SearchVectorField()),
            ("created_by", models.UUIDField(null=True)),
            ("assignee_id", models.UUIDField(null=True)),
            ("visibility", models.TextField(null=True)),
        ],
        options={
            "db_table": "search_documents",
            "indexes": [
                django.contrib.postgres.indexes.GinIndex(fields=["words"], name="search_documents_words_idx"),
                models.Index(
                    fields=["indexed_at"],
                    name="search_documents_indexed_at_idx",
                    condition=models.Q(("is_deleted", True)),
                ),
                models.Index(fields=["resource", "indexed_at"], name="search_documents_resource_idx"),
            ],
        },
    ),
)


class Migration(migrations.Migration):
    """Creates the table."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Operation]] = [
        run_schema("search/0001", down="DROP TABLE search_documents", state=STATE),
    ]
