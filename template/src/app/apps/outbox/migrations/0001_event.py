"""The outbox and the jobs; the tables are made by organizations.0001."""

import django.db.models.deletion
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
                        ("traceparent", models.TextField(null=True)),
                        ("relayed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "outbox",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("relayed_at__isnull", True)), fields=["at"], name="outbox_at_idx"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WrittenJob",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("name", models.TextField()),
                        ("queue", models.TextField()),
                        (
                            "event",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                to="outbox.outboxevent",
                            ),
                        ),
                        ("data", models.JSONField(encoder=app.apps.postgres.json.JsonEncoder)),
                        ("traceparent", models.TextField(null=True)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("attempts", models.IntegerField(db_default=0)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("error", models.TextField(null=True)),
                    ],
                    options={
                        "db_table": "jobs",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("finished_at__isnull", True)),
                                fields=["queue", "due_at"],
                                name="jobs_queue_due_at_idx",
                            ),
                            models.Index(
                                condition=models.Q(("finished_at__isnull", False)),
                                fields=["finished_at"],
                                name="jobs_finished_at_idx",
                            ),
                            models.Index(fields=["event"], name="jobs_event_id_idx"),
                        ],
                    },
                ),
            ]
        )
    ]
