"""The outbox; the table is made by organizations.0001."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import app.apps.postgres.json


class Migration(migrations.Migration):
    """What is there already."""

    initial = True

    dependencies = (("organizations", "0001_first_tables"),)

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="OutboxEvent",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("name", models.TextField()),
                        ("organization_id", models.UUIDField()),
                        ("actor_id", models.UUIDField(null=True)),
                        ("resource", models.TextField()),
                        ("resource_id", models.UUIDField()),
                        ("version", models.IntegerField()),
                        ("at", models.DateTimeField()),
                        ("data", models.JSONField(encoder=app.apps.postgres.json.JsonEncoder)),
                        (
                            "handled_by",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(),
                                db_default=models.Value(
                                    [],
                                    output_field=django.contrib.postgres.fields.ArrayField(
                                        base_field=models.TextField(), size=None
                                    ),
                                ),
                                size=None,
                            ),
                        ),
                        ("attempts", models.IntegerField(db_default=0)),
                        ("next_attempt_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("error", models.TextField(null=True)),
                    ],
                    options={
                        "db_table": "outbox",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("finished_at__isnull", True)),
                                fields=["next_attempt_at", "at"],
                                name="outbox_next_attempt_at_idx",
                            )
                        ],
                    },
                ),
            ]
        )
    ]
