"""The indexes in Elasticsearch or OpenSearch (template-owned).

The client is the blocking one, in threads of its own: the other brings a second HTTP client for one request a search.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from datetime import datetime
from typing import Literal, TypeVar

from opensearchpy import OpenSearch
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.remote import Failures, Remote
from app.api.search.index import Fill
from app.components.search import SearchSettings
from app.domain.search.index import Document
from app.domain.search.questions import Hit, Question
from app.domain.search.server import PATIENCE_SECONDS, Indexes
from app.kit.search.calls import ServerNotWellError
from app.kit.search.urls import SearchServer

T = TypeVar("T")
_NAME = "Elasticsearch"
# The client begins once more by itself what was broken off, within the same time.
_FAILURES = Failures(unreached=(), broken=(OSError, ServerNotWellError))
# Not those that everybody shares: each that waits for a server that hangs would be missing there.
_THREADS = 8


class ElasticsearchIndex:
    """The real back end; each operation ends within the time limit, as a 503 where the server is not well."""

    backend: Literal["real"] = "real"

    def __init__(self, indexes: Indexes, threads: ThreadPoolExecutor, *, seconds: float) -> None:
        self._indexes = indexes
        self._threads = threads
        self._remote = Remote(_NAME, _FAILURES, seconds=seconds)
        # A re-index waits longer, and is nobody's request.
        self._patient = Remote(_NAME, _FAILURES, seconds=2 * PATIENCE_SECONDS)

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: SearchSettings, server: SearchServer) -> "AsyncIterator[ElasticsearchIndex]":
        """The indexes on this server; nothing is asked of it yet."""
        seconds = settings.elasticsearch_timeout.total_seconds()
        client = OpenSearch(**server.client_arguments(seconds))
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="search") as threads:
            yield cls(Indexes(client, settings.prefix), threads, seconds=seconds)
        client.close()

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    async def ping(self) -> None:
        await self._in_thread(self._indexes.ping)

    async def write(self, _session: AsyncSession, document: Document) -> None:
        await self._call(lambda: self._indexes.write(document))

    async def find(self, question: Question) -> list[Hit]:
        return await self._call(lambda: self._indexes.find(question))

    async def forget(self, resources: Collection[str], before: datetime) -> int:
        return await self._slowly(lambda: self._indexes.forget(resources, before))

    @asynccontextmanager
    async def rebuilding(self, resource: str) -> AsyncIterator[Fill]:
        index = await self._slowly(lambda: self._indexes.begin(resource))

        async def fill(documents: Sequence[Document]) -> None:
            await self._slowly(lambda: self._indexes.fill(index, documents))

        yield fill
        await self._slowly(lambda: self._indexes.finish(resource, index))

    async def _call(self, work: Callable[[], T]) -> T:
        return await self._remote.call(lambda: self._in_thread(work))

    async def _slowly(self, work: Callable[[], T]) -> T:
        return await self._patient.call(lambda: self._in_thread(work))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        # With the trace that it is part of.
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)
