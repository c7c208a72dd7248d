"""The rows that can be found: those of resources that say so of themselves (template-owned)."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from app.apps.slices import find_slices
from app.domain.search.index import Document, document_after, document_of
from app.domain.search.sql import count_statement, in_form, row_statement, rows_statement
from app.kit.events import Event
from app.kit.resource import Resource

FORM = "%({})s"


@cache
def searchable() -> dict[str, Resource]:
    """The resources whose rows can be found, by their names."""
    resources = [resource for one in find_slices() for resource in one.resources if resource.searchable]
    return {resource.name: resource for resource in resources}


def document_now(resource: Resource, event: Event) -> Document:
    """The document of the row that an event is about, as the row is now."""
    rows = _fetch(row_statement(resource), id=event.resource_id)
    return document_after(event, resource, rows[0][0] if rows else None)


def count_rows(resource: Resource) -> int:
    """How many live rows a resource has."""
    return int(_fetch(count_statement(resource))[0][0])


def documents_of(resource: Resource) -> Iterator[list[Document]]:
    """Those of all live rows of a resource, some at a time."""
    after = UUID(int=0)
    while rows := _fetch(rows_statement(resource), after=after):
        yield [document_of(resource, row) for _, row in rows]
        after = rows[-1][0]


def _fetch(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(in_form(statement, FORM), values)
        return list(cursor.fetchall())
