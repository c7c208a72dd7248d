"""SELECTs that Django writes once, and that are sent with other values each time (template-owned).

For a read that is asked for often: to build a queryset and compile it costs more than all else that it does here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.sql import Query

from app.apps.postgres.reads import read_statement
from app.domain.caller import Caller


class Given(Expression):
    """A value of which only the name is known when the statement is written: `filter(id=Given("id"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


@dataclass(frozen=True)
class Prebuilt:
    """A statement, its parameters in order, and the names of its columns; no text: it can find nothing."""

    text: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    query: Query
    # As the fields of some columns have them, by the column's place.
    converters: Mapping[int, Any]

    @classmethod
    def of(cls, rows: "QuerySet[Any, Any]") -> "Prebuilt":
        """That of the rows of `values(…)`."""
        names = tuple(rows.query.values_select)
        compiler = rows.query.get_compiler(connection=connection)
        try:
            text, parameters = compiler.as_sql()
        except EmptyResultSet:
            return cls("", (), names, rows.query, {})
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return cls(text, tuple(parameters), names, rows.query, converters)

    def read(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows, in a transaction of their own; `given` has a value for each `Given`, as its column's field has it.

        Raises:
            KeyError: one is missing.
        """
        if not self.text:
            return []
        values = [given[each.name] if isinstance(each, Given) else each for each in self.parameters]
        found: Any = read_statement(self.text, values)
        if self.converters:
            found = self.query.get_compiler(connection=connection).apply_converters(found, self.converters)
        return [dict(zip(self.names, row, strict=True)) for row in found]


def given_caller(role: str) -> Caller:
    """Stands for anybody of this role while a statement is written."""
    ids = (cast("UUID", Given(name)) for name in ("caller.user_id", "caller.organization_id", "caller.session_id"))
    user_id, organization_id, session_id = ids
    return Caller(user_id, organization_id, role, session_id)


def values_of(caller: Caller) -> dict[str, Any]:
    """What that stands for, once it is known who asks."""
    return {
        "caller.user_id": caller.user_id,
        "caller.organization_id": caller.organization_id,
        "caller.session_id": caller.session_id,
    }
