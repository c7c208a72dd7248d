"""The statements of search in PostgreSQL, and those by which rows of resources are read (template-owned).

Values stand as `:name`; `in_form` writes them as a driver wants them.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from app.domain.search.index import Document
from app.domain.search.questions import ANYWHERE, IN_TITLE, Place, Question
from app.kit.resource import Resource

MOST_AT_ONCE: Final = 200
_NAME = re.compile(r":(\w+)")
_RANKS = {"in_title": IN_TITLE, "anywhere": ANYWHERE}
# Before everything that is found.
_START = Place(IN_TITLE + 1, datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))

_WRITE = """
INSERT INTO search_documents (id, organization_id, resource, version, is_deleted, created_at, indexed_at, title, body,
    title_words, words, created_by, assignee_id, visibility)
VALUES (:id, :organization_id, :resource, :version, :is_deleted, :created_at, clock_timestamp(), :title, :body,
    array_to_tsvector(CAST(:title_words AS text[])), array_to_tsvector(CAST(:words AS text[])),
    :created_by, :assignee_id, :visibility)
ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, is_deleted = EXCLUDED.is_deleted,
    indexed_at = EXCLUDED.indexed_at, title = EXCLUDED.title, body = EXCLUDED.body,
    title_words = EXCLUDED.title_words, words = EXCLUDED.words, created_by = EXCLUDED.created_by,
    assignee_id = EXCLUDED.assignee_id, visibility = EXCLUDED.visibility
WHERE search_documents.version {is_older} EXCLUDED.version
"""
WRITE: Final = _WRITE.format(is_older="<")
# Of the same row at the same version too: how it is taken apart may have changed.
WRITE_AGAIN: Final = _WRITE.format(is_older="<=")

FIND: Final = """
SELECT resource, id, rank, created_at, title, body FROM (
    SELECT resource, id, created_at, title, body,
        CASE WHEN title_words @@ CAST(CAST(:words AS text) AS tsquery) THEN CAST(:in_title AS integer)
            ELSE CAST(:anywhere AS integer) END AS rank
    FROM search_documents
    WHERE organization_id = :organization_id AND NOT is_deleted
        AND words @@ CAST(CAST(:words AS text) AS tsquery) AND (
            resource = ANY(CAST(:in_all AS text[]))
            OR resource = ANY(CAST(:in_own AS text[])) AND created_by = :user_id
            OR resource = ANY(CAST(:in_assigned AS text[])) AND assignee_id = :user_id
            OR resource = ANY(CAST(:in_public AS text[])) AND visibility = 'public')
) AS found
WHERE (rank, created_at, id) < (CAST(:rank AS integer), CAST(:created_at AS timestamptz), CAST(:id AS uuid))
ORDER BY rank DESC, created_at DESC, id DESC LIMIT :limit
"""
FORGET: Final = """
DELETE FROM search_documents WHERE id IN (
    SELECT id FROM search_documents
    WHERE is_deleted AND indexed_at < :before AND resource = ANY(CAST(:resources AS text[])) LIMIT :most)
"""
# What a re-index did not come upon has no row.
SWEEP: Final = """
DELETE FROM search_documents WHERE resource = :resource AND NOT is_deleted AND indexed_at < :before
"""
NOW: Final = "SELECT clock_timestamp()"
# Of two re-indexes at once one is told.
HOLD: Final = "SELECT pg_try_advisory_lock(hashtext('search.reindex'))"
LET_GO: Final = "SELECT pg_advisory_unlock(hashtext('search.reindex'))"


def in_form(statement: str, form: str) -> str:
    """The statement with its values in a driver's form, such as `%({})s`."""
    return _NAME.sub(lambda name: form.format(name[1]), statement)


def row_statement(resource: Resource) -> str:
    """Reads the row `:id` of a resource, in JSON, whose table is called by its plural."""
    return f"SELECT CAST(to_jsonb(r) AS text) FROM {resource.plural} AS r WHERE r.id = :id"  # noqa: S608 - a constant


def rows_statement(resource: Resource) -> str:
    """Reads live rows after `:after`, by id; each with its id, in JSON."""
    some = f"WHERE r.deleted_at IS NULL AND r.id > :after ORDER BY r.id LIMIT {MOST_AT_ONCE}"
    return f"SELECT r.id, CAST(to_jsonb(r) AS text) FROM {resource.plural} AS r {some}"  # noqa: S608 - a constant


def count_statement(resource: Resource) -> str:
    """Counts live rows."""
    return f"SELECT count(*) FROM {resource.plural} AS r WHERE r.deleted_at IS NULL"  # noqa: S608 - a constant


def written(document: Document) -> dict[str, Any]:
    """The values of a document."""
    values = asdict(document)
    return values | {name: list(values[name]) for name in ("title_words", "words")}


def asked(question: Question) -> dict[str, Any]:
    """The values of a question."""
    after = question.after or _START
    return {
        "organization_id": question.organization_id,
        "user_id": question.user_id,
        "words": _query(question.words, question.prefix),
        **{f"in_{scope}": list(names) for scope, names in question.readable.items()},
        **after._asdict(),
        **_RANKS,
        "limit": question.limit,
    }


def _query(words: Sequence[str], prefix: str) -> str:
    # No word holds a quote or a backslash: both part words.
    return " & ".join([*(f"'{word}'" for word in words), f"'{prefix}':*"])
