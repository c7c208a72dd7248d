"""Organizations, users, sessions, fences, outbox, jobs, idempotency keys: all tables that every service has."""

import django.contrib.postgres.functions
import django.db.models.functions.datetime
from django.db import migrations, models

from app.apps.postgres.schema import run_schema

_DOWN = """
DROP TABLE idempotency_keys, jobs, outbox, fences, refresh_tokens, sessions, users, organizations;
DROP SEQUENCE fencing_tokens;
DROP FUNCTION finish_standard_table, update_updated_at;
"""
_STATE = [
    migrations.CreateModel(
        name="Organization",
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
            (
                "created_at",
                models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
            ),
            (
                "updated_at",
                models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
            ),
            ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ("version", models.IntegerField(db_default=1, editable=False)),
            ("name", models.TextField()),
        ],
        options={"db_table": "organizations"},
    )
]


class Migration(migrations.Migration):
    """The tables are one file of SQL; the other apps' first migrations only tell Django what is there."""

    initial = True
    dependencies = ()
    operations = (run_schema("core/0001", down=_DOWN, state=_STATE),)
