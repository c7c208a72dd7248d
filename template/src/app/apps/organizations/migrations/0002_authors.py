"""Who made and changed an organization; the columns are made by 0001."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is there already."""

    dependencies = (
        ("organizations", "0001_first_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="organization",
                    name="created_by",
                    field=models.ForeignKey(
                        db_column="created_by",
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="organization",
                    name="updated_by",
                    field=models.ForeignKey(
                        db_column="updated_by",
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ]
        )
    ]
