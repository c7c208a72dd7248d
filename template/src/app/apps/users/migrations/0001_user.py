"""Users; the table is made by organizations.0001."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import app.apps.users.fields


class Migration(migrations.Migration):
    """What is there already."""

    initial = True

    dependencies = (("organizations", "0001_first_tables"),)

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="User",
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
                        ("email", models.TextField()),
                        ("name", models.TextField()),
                        (
                            "role",
                            models.TextField(
                                choices=[
                                    ("Guest", "Guest"),
                                    ("Member", "Member"),
                                    ("Manager", "Manager"),
                                    ("OrgAdmin", "OrgAdmin"),
                                    ("SuperAdmin", "SuperAdmin"),
                                ]
                            ),
                        ),
                        ("is_active", models.BooleanField(db_default=True)),
                        ("password", app.apps.users.fields.PasswordField(db_column="password_hash", null=True)),
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
                        "db_table": "users",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at__isnull", True)),
                                fields=["organization", "created_at", "id"],
                                name="users_organization_id_idx",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("role__in", ("Guest", "Member", "Manager", "OrgAdmin", "SuperAdmin"))
                                ),
                                name="users_role_check",
                            ),
                            models.UniqueConstraint(models.F("email"), name="users_email_key"),
                        ],
                    },
                ),
            ]
        )
    ]
