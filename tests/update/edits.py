"""The edits of a service's team: at seams, in files of theirs, and inside files that the template owns."""

from pathlib import Path

import yaml

from tests.update.small import write

NEW_FILES = {
    "src/app/domain/prices.py": '''\
"""Prices (ours)."""


def with_tax(cents: int, *, percent: int) -> int:
    """Add a tax, half a cent up."""
    return (cents * (100 + percent) + 50) // 100
''',
    "tests/unit/test_prices.py": '''\
"""Prices are rounded as the tax office does."""

from app.domain.prices import with_tax


def test_half_a_cent_goes_up() -> None:
    assert with_tax(50, percent=19) == 60
''',
    "src/app/components/billing.py": '''\
"""Billing: its settings (ours)."""

from pydantic import Field

from app.kit.component import Component
from app.kit.settings import SettingsModel


class BillingSettings(SettingsModel):
    """How invoices are made."""

    billing_currency: str = Field("EUR", description="Currency of all invoices")


component = Component(name="billing", settings=BillingSettings)
''',
    "docker-compose.override.yml": "services:\n  adminer:\n    image: adminer:5\n",
    "own.just": "# Say what this is\nabout:\n    @echo ours\n",
    ".env": "LOG_LEVEL=warning\n",
}
# What stands in a file, and what the team makes of it; the next release changes all of these files.
REPLACED = {
    "src/app/components/own.py": (
        "from app.kit.component import Component\n",
        "from pydantic import Field\n\nfrom app.kit.component import Component\n",
        '    """Settings that only this service has."""\n',
        '    """Settings that only this service has."""\n\n'
        '    invoice_prefix: str = Field("INV", description="Prefix of invoice numbers")\n',
    ),
    "pyproject.toml": (
        "    # Yours: `uv add` writes below this line.\n",
        '    # Yours: `uv add` writes below this line.\n    "tzdata>=2024.1",\n',
    ),
    ".env.example": (
        "# Yours: add your own below.\n",
        "# Yours: add your own below.\n# Prefix of invoice numbers\n#INVOICE_PREFIX=INV\n"
        "# Currency of all invoices\n#BILLING_CURRENCY=EUR\n",
    ),
    "README.md": ("## Read on\n", "## Invoices\n\nAsk the finance team.\n\n## Read on\n"),
    "uv.toml": ("# Seeded once: yours.", "# Ours. Seeded once: yours."),
}
# By the framework: the same edits in the flavour's own files.
NEW_FILES_INSIDE = {
    "fastapi": {
        "src/app/api/billing/__init__.py": "",
        "src/app/api/billing/tables.py": '''\
"""Invoices (ours)."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.api.postgres.tables import Base


class Invoice(Base):
    """An invoice to an organization."""

    __tablename__ = "invoices"

    number: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
''',
        "src/app/api/billing/slice.py": '''\
"""Billing as a slice (ours)."""

from app.api.slices import Slice

slice_ = Slice(name="billing")
''',
        # On every table of core: an old database has had this before core's next revision comes.
        "src/app/migrations/own/r0003_invoices.py": '''\
"""Invoices, and rules of ours on every table of core.

Revision ID: own0003
Revises: own0002
"""

from alembic import op

revision = "own0003"
down_revision = "own0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE invoices ("
        "number TEXT PRIMARY KEY, organization_id UUID NOT NULL REFERENCES organizations (id))"
    )
    op.execute("ALTER TABLE organizations ADD CONSTRAINT ours CHECK (name <> 'Nobody')")
    op.execute("ALTER TABLE users ADD CONSTRAINT ours CHECK (email <> 'nobody@acme.example')")
    op.execute("ALTER TABLE outbox ADD CONSTRAINT ours CHECK (version >= 0)")
    op.execute("ALTER TABLE idempotency_keys ADD CONSTRAINT ours CHECK (key <> '')")


def downgrade() -> None:
    for table in ("organizations", "users", "outbox", "idempotency_keys"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ours")
    op.execute("DROP TABLE invoices")
''',
    },
    "django": {
        "src/app/apps/billing/__init__.py": "",
        "src/app/apps/billing/apps.py": '''\
"""Billing as a Django app (ours)."""

from app.apps import slices


class BillingConfig(slices.Slice):
    """Invoices."""

    name = "app.apps.billing"
''',
        "src/app/apps/billing/models.py": '''\
"""Invoices (ours)."""

from django.db import models


class Invoice(models.Model):
    """An invoice to an organization."""

    number = models.TextField(primary_key=True)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT)

    class Meta:
        db_table = "invoices"

    def __str__(self) -> str:
        return self.number
''',
        "src/app/apps/billing/migrations/__init__.py": "",
        # On every table of core: an old database has had this before core's next migration comes.
        "src/app/apps/billing/migrations/0001_invoices.py": '''\
"""Invoices, and rules of ours on every table of core."""

import django.db.models.deletion
from django.db import migrations, models

RULES = {
    "organizations": "name <> 'Nobody'",
    "users": "email <> 'nobody@acme.example'",
    "outbox": "version >= 0",
    "idempotency_keys": "key <> ''",
}


class Migration(migrations.Migration):
    """What is ours."""

    dependencies = (
        ("idempotency", "0001_key"),
        ("organizations", "0002_authors"),
        ("outbox", "0001_event"),
        ("users", "0001_user"),
    )

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("number", models.TextField(primary_key=True, serialize=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="organizations.organization"
                    ),
                ),
            ],
            options={"db_table": "invoices"},
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT ours CHECK ({rule})",
                f"ALTER TABLE {table} DROP CONSTRAINT ours",
            )
            for table, rule in RULES.items()
        ),
    ]
''',
    },
}
REPLACED_INSIDE = {
    "fastapi": {
        "src/app/api/health.py": (
            '    """A summary for people and dashboards: always 200."""\n',
            '    """A summary for our operators: always 200."""\n',
        ),
        "src/app/api/projects/routes.py": (
            '    """One project."""\n',
            '    """One project, as our clients see it."""\n',
        ),
    },
    "django": {
        "src/app/site/health.py": (
            '    """A summary for people and dashboards: always 200."""\n',
            '    """A summary for our operators: always 200."""\n',
        ),
        "src/app/apps/projects/views.py": (
            '        """One project."""\n',
            '        """One project, as our clients see it."""\n',
        ),
    },
}
HEALTH = {"fastapi": "src/app/api/health.py", "django": "src/app/site/health.py"}
DELETED = ".editorconfig"


def framework_of(service: Path) -> str:
    """What the service is built on, as its recorded answers say."""
    answers = yaml.safe_load((service / ".copier-answers.yml").read_text(encoding="utf-8"))
    return str(answers["framework"])


def new_files(service: Path) -> dict[str, str]:
    """The files of the team's own, with their texts."""
    return NEW_FILES | NEW_FILES_INSIDE[framework_of(service)]


def replaced(service: Path) -> dict[str, tuple[str, ...]]:
    """What stands in the template's files, and what the team makes of it."""
    return REPLACED | REPLACED_INSIDE[framework_of(service)]


def edit_service(service: Path) -> None:
    """Make all edits; the caller commits."""
    write(service, new_files(service))
    for name, texts in replaced(service).items():
        replace(service / name, *texts)
    (service / DELETED).unlink()


def replace(file: Path, *texts: str) -> None:
    """Replace the first of each pair, which stands in the file once, by the second."""
    text = file.read_text(encoding="utf-8")
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        assert text.count(old) == 1, f"{file.name} holds {text.count(old)} times: {old}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def lost_edits(service: Path) -> list[str]:
    """List the edits that are no longer there."""
    own = new_files(service)
    lost = [name for name, text in own.items() if (service / name).read_text(encoding="utf-8") != text]
    for name, texts in replaced(service).items():
        text = (service / name).read_text(encoding="utf-8")
        lost += [f"{name}: {new}" for new in texts[1::2] if new not in text]
    return lost + [DELETED] * (service / DELETED).exists()
