"""Idempotency keys; the table is made by organizations.0001."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is there already."""

    initial = True

    dependencies = (migrations.swappable_dependency(settings.AUTH_USER_MODEL),)

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="IdempotencyKey",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "user_id",
                                "method",
                                "path",
                                "key",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("method", models.TextField()),
                        ("path", models.TextField()),
                        ("key", models.TextField()),
                        ("request_hash", models.BinaryField()),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("status", models.IntegerField(null=True)),
                        ("body", models.TextField(null=True)),
                        ("headers", models.JSONField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "idempotency_keys",
                        "indexes": [models.Index(fields=["created_at"], name="idempotency_keys_created_at_idx")],
                    },
                ),
                migrations.CreateModel(
                    name="KeptAnswer",
                    fields=[
                        ("key", models.TextField(primary_key=True, serialize=False)),
                        ("method", models.TextField()),
                        ("path", models.TextField()),
                        ("created_at", models.DateTimeField()),
                        ("status", models.IntegerField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "idempotency_keys", "managed": False},
                ),
            ]
        )
    ]
