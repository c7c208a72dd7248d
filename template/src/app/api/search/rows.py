"""The rows that can be found: those of resources that say so of themselves (template-owned)."""

from collections.abc import AsyncIterator
from functools import cache
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.postgres.database import Database
from app.api.slices import find_slices
from app.domain.search.index import Document, document_after, document_of
from app.domain.search.sql import count_statement, row_statement, rows_statement
from app.kit.events import Event
from app.kit.resource import Resource


@cache
def searchable() -> dict[str, Resource]:
    """The resources whose rows can be found, by their names."""
    resources = [resource for one in find_slices() for resource in one.resources if resource.searchable]
    return {resource.name: resource for resource in resources}


async def document_now(session: AsyncSession, resource: Resource, event: Event) -> Document:
    """The document of the row that an event is about, as the row is now."""
    row: str | None = await session.scalar(text(row_statement(resource)), {"id": event.resource_id})
    return document_after(event, resource, row)


async def count_rows(database: Database, resource: Resource) -> int:
    """How many live rows a resource has."""
    found = await database.read(lambda connection: connection.execute(text(count_statement(resource))))
    return int(found.scalar_one())


async def documents_of(database: Database, resource: Resource) -> AsyncIterator[list[Document]]:
    """Those of all live rows of a resource, some at a time."""
    statement, after = text(rows_statement(resource)), UUID(int=0)
    while True:
        values = {"after": after}
        rows = (await database.read(lambda connection: connection.execute(statement, values))).all()  # noqa: B023
        if not rows:
            return
        yield [document_of(resource, row) for _, row in rows]
        after = rows[-1][0]
