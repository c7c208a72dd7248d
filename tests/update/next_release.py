"""The next release of the template: it changes files near what teams edit, and adds a revision to core."""

import re

from tests.renders import Template
from tests.update.small import write

VERSION = "2.0.0"
# A second later: later, and yet every package is as it was.
DATE = "2026-11-15T00:00:01Z"
REVISION = '''\
"""Where an organization is found on the web.

Revision ID: core9001
Revises: {last}
"""

import sqlalchemy as sa
from alembic import op

revision = "core9001"
down_revision = "{last}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("website", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("organizations", "website")
'''
# The same as a migration of Django's.
MIGRATION = '''\
"""Where an organization is found on the web."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = (("organizations", "{last}"),)

    operations = [
        migrations.AddField(
            model_name="organization", name="website", field=models.TextField(blank=True, null=True)
        )
    ]
'''
# File below template/ -> pattern and what replaces its first occurrence.
CHANGES = {
    ".editorconfig": (r"root = true\n", "root = true\n# Of the next release.\n"),
    ".env.example.jinja": (r"# --- Application ---\n", "# --- The application ---\n"),
    "README.md.jinja": (r"(\n- `AGENTS\.md`:)", r"\n- `CHANGELOG.md`: what the next release changed.\1"),
    "docker-compose.yml.jinja": (r"retries: 20\n", "retries: 21\n"),
    "justfile": (r"# Run API and worker on embedded servers", "# Run them on embedded servers"),
    "pyproject.toml.jinja": (r'"uvloop>=[\d.]+,', '"uvloop>=0.20,'),
    "src/app/api/health.py": (
        r"The process answers; no server is asked\.",
        "The process answers, that is all.",
    ),
    "src/app/api/organizations/tables.py": (
        r"    name: Mapped\[str\]\n",
        "    name: Mapped[str]\n    website: Mapped[str | None]\n",
    ),
    "src/app/apps/organizations/models.py": (
        r"    name = models\.TextField\(\)\n",
        "    name = models.TextField()\n    website = models.TextField(null=True, blank=True)\n",
    ),
    "src/app/apps/projects/views.py": (r"One project\.", "One project of the next release."),
    "src/app/site/health.py": (
        r"The process answers; no server is asked\.",
        "The process answers, that is all.",
    ),
    "src/app/api/projects/routes.py": (r"One project\.", "One project of the next release."),
    "src/app/components/own.py": (r"The service's own settings", "This service's own settings"),
    "uv.toml": (r'exclude-newer = "[^"]+"', f'exclude-newer = "{DATE}"'),
}


def make_next_release(template: Template) -> None:
    """Release 2.0.0: the changes above, a revision of core, a new module."""
    root = template.path / "template"
    for name, (pattern, new) in CHANGES.items():
        file = root / name
        text, count = re.subn(pattern, new, file.read_text(encoding="utf-8"), count=1)
        assert count == 1, f"{name} no longer holds {pattern}"
        file.write_text(text, encoding="utf-8")
    history, migrations = root / "src/app/migrations/core", root / "src/app/apps/organizations/migrations"
    last = max(
        re.findall(r'^revision = "(.*)"', file.read_text(), re.MULTILINE)[0] for file in history.glob("r*.py")
    )
    last_migration = max(file.stem for file in migrations.glob("0*.py"))
    write(history, {"r9001_website.py": REVISION.format(last=last)})
    write(migrations, {"9001_website.py": MIGRATION.format(last=last_migration)})
    write(root, {"src/app/kit/colours.py": '"""Colours."""\n'})
    for file in (template.path / "template/tests").rglob(
        "*.py"
    ):  # the release's own tests name its last revision
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f"core: {last}", "core: core9001"), encoding="utf-8")
    template.release(VERSION)
