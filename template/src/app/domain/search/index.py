"""What an index keeps of a row (template-owned)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.kit.events import Event
from app.kit.resource import Resource
from app.kit.search.words import words_of

# What a row that is gone for good counts as: nothing comes after it.
_GONE: Final = 2**31 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A row as it was at `version`: its texts, their words, and what permissions ask of it.

    Of a row that is deleted nothing but that: so what is late is known as late.
    """

    id: UUID
    organization_id: UUID
    resource: str
    version: int
    is_deleted: bool = False
    created_at: datetime = _EPOCH
    title: str = ""
    body: str = ""
    title_words: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    created_by: UUID | None = None
    assignee_id: UUID | None = None
    visibility: str | None = None


def document_of(resource: Resource, row: str) -> Document:
    """The document of a row as PostgreSQL writes it in JSON: the first of the searchable fields is its title."""
    columns = orjson.loads(row)
    known: dict[str, Any] = {
        "id": UUID(columns["id"]),
        "organization_id": UUID(columns["organization_id"]),
        "resource": resource.name,
        "version": columns["version"],
        "created_at": datetime.fromisoformat(columns["created_at"]),
    }
    if columns["deleted_at"] is not None:
        return Document(**known, is_deleted=True)
    return Document(**known, **_texts(resource, columns), **_facts(columns))


def document_after(event: Event, resource: Resource, row: str | None) -> Document:
    """The document that is right after an event; `row` is as it is now, none where it is gone for good."""
    if row is not None:
        return document_of(resource, row)
    return Document(
        id=event.resource_id,
        organization_id=event.organization_id,
        resource=resource.name,
        version=_GONE,
        is_deleted=True,
    )


def _texts(resource: Resource, columns: Mapping[str, Any]) -> dict[str, Any]:
    title, *others = (str(columns[name] or "") for name in resource.searchable)
    body = "\n".join(text for text in others if text)
    title_words, body_words = set(words_of(title)), set(words_of(body))
    return {
        "title": title,
        "body": body,
        "title_words": tuple(sorted(title_words)),
        "words": tuple(sorted(title_words | body_words)),
    }


def _facts(columns: Mapping[str, Any]) -> dict[str, Any]:
    created_by, assignee_id = columns.get("created_by"), columns.get("assignee_id")
    return {
        "created_by": UUID(created_by) if created_by else None,
        "assignee_id": UUID(assignee_id) if assignee_id else None,
        "visibility": columns.get("visibility"),
    }
