"""UPDATE … RETURNING, which Django's own `update` does not know (template-owned)."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import connection, models
from django.db.models import sql


def update_returning(
    rows: models.QuerySet[Any], values: Mapping[str, Any], returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Write fields of all these rows, by their attributes' names, and read columns back as the trigger left them."""
    fields = {field.attname: field for field in rows.model._meta.concrete_fields}
    query = cast("sql.UpdateQuery", rows.query.chain(sql.UpdateQuery))
    query.add_update_fields([(fields[name], None, value) for name, value in values.items()])
    statement, parameters = query.get_compiler(connection=connection).as_sql()
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in returning)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {columns}", parameters)
        return list(cursor.fetchall())
