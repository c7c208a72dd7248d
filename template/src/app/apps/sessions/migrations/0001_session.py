"""Sessions and refresh tokens; the tables are made by organizations.0001."""

import django.contrib.postgres.functions
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
                    name="Session",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("last_used_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("version", models.IntegerField(db_default=1)),
                        ("device", models.TextField()),
                        ("ip", models.TextField(null=True)),
                        ("key_id", models.TextField()),
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
                        "db_table": "sessions",
                    },
                ),
                migrations.CreateModel(
                    name="RefreshToken",
                    fields=[
                        ("hash", models.BinaryField(primary_key=True, serialize=False)),
                        ("generation", models.IntegerField()),
                        ("parent", models.BinaryField(null=True)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "session",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tokens",
                                to="login_sessions.session",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "refresh_tokens",
                    },
                ),
                migrations.AddIndex(
                    model_name="session",
                    index=models.Index(fields=["user", "created_at", "id"], name="sessions_user_id_idx"),
                ),
                migrations.AddConstraint(
                    model_name="refreshtoken",
                    constraint=models.UniqueConstraint(
                        fields=("session", "generation"), name="refresh_tokens_session_id_generation_key"
                    ),
                ),
            ]
        )
    ]
