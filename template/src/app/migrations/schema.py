"""What revisions call besides Alembic's own operations (template-owned)."""

from alembic import op

from app.kit.schema import read_schema


def run_schema(name: str) -> None:
    """Run a file of `app/kit/schema/`, such as `core/0001`, in the revision's transaction."""
    bind = op.get_bind()
    # SQLAlchemy opens the transaction with its first statement; what goes straight to the driver would not.
    bind.exec_driver_sql("SELECT 1")
    adapted = bind.connection.dbapi_connection
    assert adapted is not None
    # The driver alone takes a script of many statements.
    adapted.run_async(lambda connection: connection.execute(read_schema(name)))


def finish_standard_table(table: str) -> None:
    """Give a table with the standard columns their trigger; `just makemigration` writes this call."""
    op.execute(
        f"CREATE TRIGGER trigger_update_updated_at BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION update_updated_at()"
    )
