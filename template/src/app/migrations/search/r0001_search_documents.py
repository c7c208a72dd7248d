"""Search documents.

Revision ID: search0001
Revises:
"""

from alembic import op

from app.migrations.schema import run_schema

revision = "search0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_schema("search/0001")


def downgrade() -> None:
    op.execute("DROP TABLE search_documents")
