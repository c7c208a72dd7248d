"""The indexes in Elasticsearch or OpenSearch (template-owned)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from opensearchpy import OpenSearch

from app.apps.remote import Failures, Remote
from app.apps.search.index import Fill
from app.components.search import SearchSettings
from app.domain.search.index import Document
from app.domain.search.questions import Hit, Question
from app.domain.search.server import PATIENCE_SECONDS, Indexes
from app.kit.search.calls import ServerNotWellError
from app.kit.search.urls import SearchServer

_NAME = "Elasticsearch"
# The client begins once more by itself what was broken off, within the same time.
_FAILURES = Failures(unreached=(), broken=(OSError, ServerNotWellError))


class ElasticsearchIndex:
    """The real back end; each operation ends within the time limit, as a 503 where the server is not well."""

    backend: Literal["real"] = "real"

    def __init__(self, client: OpenSearch, prefix: str, *, seconds: float) -> None:
        self._client = client
        self._indexes = Indexes(client, prefix)
        self._remote = Remote(_NAME, _FAILURES, seconds=seconds)
        # A re-index waits longer, and is nobody's request.
        self._patient = Remote(_NAME, _FAILURES, seconds=2 * PATIENCE_SECONDS)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    def ping(self) -> None:
        self._indexes.ping()

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def write(self, document: Document) -> None:
        self._remote.call(lambda: self._indexes.write(document))

    def find(self, question: Question) -> list[Hit]:
        return self._remote.call(lambda: self._indexes.find(question))

    def forget(self, resources: Collection[str], before: datetime) -> int:
        return self._patient.call(lambda: self._indexes.forget(resources, before))

    @contextmanager
    def rebuilding(self, resource: str) -> Iterator[Fill]:
        index = self._patient.call(lambda: self._indexes.begin(resource))

        def fill(documents: Sequence[Document]) -> None:
            self._patient.call(lambda: self._indexes.fill(index, documents))

        yield fill
        self._patient.call(lambda: self._indexes.finish(resource, index))


def open_elasticsearch(settings: SearchSettings, server: SearchServer) -> ElasticsearchIndex:
    """The indexes on this server; nothing is asked of it yet."""
    seconds = settings.elasticsearch_timeout.total_seconds()
    return ElasticsearchIndex(OpenSearch(**server.client_arguments(seconds)), settings.prefix, seconds=seconds)
