"""The operation of a migration that runs a file of `app/kit/schema/` (template-owned)."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation

from app.kit.schema import read_schema


def run_schema(name: str, *, down: str, state: Sequence[Operation]) -> RunSQL:
    """Run a file such as `core/0001`, and tell Django by `state` what it makes; `down` undoes it."""
    return _RunScript(read_schema(name), down, state_operations=list(state))


def finish_standard_table(table: str) -> RunSQL:
    """Give a table with the standard columns their trigger; put it after `CreateModel`."""
    return RunSQL(
        f"CREATE TRIGGER trigger_update_updated_at BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION update_updated_at()",
        f"DROP TRIGGER trigger_update_updated_at ON {table}",
    )


class _RunScript(RunSQL):
    """The whole script at once: the server knows best where its statements end."""

    def _run_sql(self, schema_editor: Any, sqls: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            # Without parameters Django and psycopg pass the text on as it is.
            cursor.execute(sqls)
