"""Organizations, users, sessions, fences, outbox, jobs, idempotency keys.

Revision ID: core0001
Revises:
"""

from alembic import op

from app.migrations.schema import run_schema

revision = "core0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_schema("core/0001")


def downgrade() -> None:
    op.execute("DROP TABLE idempotency_keys, jobs, outbox, fences, refresh_tokens, sessions, users, organizations")
    op.execute("DROP SEQUENCE fencing_tokens")
    op.execute("DROP FUNCTION finish_standard_table, update_updated_at")
