"""Where documents are kept and found: in a table of PostgreSQL, or in Elasticsearch (template-owned)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Literal, Protocol

from django.db import connection, transaction

from app.apps.postgres.reads import read
from app.apps.runtime import service_settings
from app.components import Settings
from app.components.search import SearchSettings
from app.domain.search.index import Document
from app.domain.search.questions import Hit, Question
from app.domain.search.sql import FIND, FORGET, MOST_AT_ONCE, NOW, SWEEP, WRITE, WRITE_AGAIN, asked, in_form, written
from app.kit.settings import Backend

Fill = Callable[[Sequence[Document]], None]
_FORM = "%({})s"


class Index(Protocol):
    """Keeps the newest document of each row, and finds those that a question is about."""

    @property
    def backend(self) -> Backend: ...

    @property
    def is_resting(self) -> bool: ...

    def ping(self) -> None: ...

    def write(self, document: Document) -> None:
        """Keep a document, unless a newer one is there."""
        ...

    def find(self, question: Question) -> list[Hit]:
        """What is found, in its order."""
        ...

    def forget(self, resources: Collection[str], before: datetime) -> int:
        """Remove what is left of rows of these resources that were deleted before then; how many that were."""
        ...

    def rebuilding(self, resource: str) -> AbstractContextManager[Fill]:
        """Take all documents of a resource anew; what was there before is found until the end of the block."""
        ...


class PostgresIndex:
    """The embedded back end: a table beside those of the service."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    def ping(self) -> None:
        """The database is asked for itself."""

    def write(self, document: Document) -> None:
        _change(WRITE, written(document))

    def find(self, question: Question) -> list[Hit]:
        return read(lambda: _hits(asked(question)))

    def forget(self, resources: Collection[str], before: datetime) -> int:
        values = {"resources": list(resources), "before": before, "most": MOST_AT_ONCE}
        removed, some = 0, MOST_AT_ONCE
        while some == MOST_AT_ONCE:
            some = _change(FORGET, values)
            removed += some
        return removed

    @contextmanager
    def rebuilding(self, resource: str) -> Iterator[Fill]:
        with connection.cursor() as cursor:
            cursor.execute(NOW)
            (began,) = cursor.fetchone()
        yield _fill
        _change(SWEEP, {"resource": resource, "before": began})


def open_index(settings: Settings) -> Index:
    """The index that the settings ask for."""
    search = settings.of(SearchSettings)
    if search.elasticsearch_url is None:
        return PostgresIndex()
    # Only now: a process that no Elasticsearch is named to starts without its client.
    from app.apps.search.elasticsearch import open_elasticsearch

    return open_elasticsearch(search, search.elasticsearch_url)


@cache
def the_index() -> Index:
    """The process's one."""
    return open_index(service_settings())


def _hits(values: Mapping[str, Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(in_form(FIND, _FORM), values)
        names = [column.name for column in cursor.description]
        return [Hit(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _fill(documents: Sequence[Document]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(in_form(WRITE_AGAIN, _FORM), [written(document) for document in documents])


def _change(statement: str, values: Mapping[str, Any]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(in_form(statement, _FORM), values)
        return int(cursor.rowcount)
