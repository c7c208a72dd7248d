"""Alembic's entry (template-owned): `run.py` has opened the connection and says what to do with it."""

from alembic import context

context.configure(**context.config.attributes["configure"])
with context.begin_transaction():
    context.run_migrations()
