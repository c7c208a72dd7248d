"""Tasks of the sample.

Revision ID: own0002
Revises: own0001
"""

from alembic import op

from app.migrations.schema import run_schema

revision = "own0002"
down_revision = "own0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_schema("tasks/0001")


def downgrade() -> None:
    op.execute("DROP TABLE tasks")
