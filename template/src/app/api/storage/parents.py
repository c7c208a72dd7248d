"""The rows that files are attached to, whatever resource they are of (template-owned)."""

from functools import cache
from uuid import UUID

from app.api.postgres.database import Database
from app.api.postgres.tables import Base
from app.api.rows import Rows, read_row
from app.domain.access import check_row
from app.domain.caller import Caller
from app.domain.storage import Parent
from app.kit.permissions import Action
from app.kit.resource import Resource


async def find_parent(database: Database, resource: Resource, caller: Caller, row_id: UUID, action: Action) -> Parent:
    """A live row of the caller's organization on which the caller may do `action`.

    Raises:
        ProblemError: 404, 403.
    """
    row = await read_row(database, _rows(resource), caller, row_id)
    check_row(caller, resource.plural, action, row)
    return Parent(resource.name, row_id)


@cache
def _rows(resource: Resource) -> Rows:
    # A resource's table has the name of its paths.
    table = Base.metadata.tables[resource.plural]
    return Rows(table, tuple(table.c), resource.plural)
