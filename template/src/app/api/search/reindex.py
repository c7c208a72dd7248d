"""`reindex`: take all that can be found anew from its rows, while the service runs (template-owned)."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from click import echo, progressbar
from sqlalchemy import text

from app.api.command_line import parse_command_line, settings_or_exit
from app.api.postgres.database import Database
from app.api.runtime import Runtime, make_runtime, open_runtime
from app.api.search.index import Index, index_of, open_index
from app.api.search.rows import count_rows, documents_of, searchable
from app.components import Settings
from app.domain.search.sql import HOLD, LET_GO
from app.kit.problems import ProblemError
from app.kit.resource import Resource


def main() -> None:
    """Re-index all; status 1 where a server does not answer: what was there is then found as before."""
    parse_command_line("Take all that can be found anew from its rows; safe while the service runs, and to run again.")
    try:
        asyncio.run(_run(settings_or_exit()))
    except ProblemError as error:
        sys.exit(f"{error.detail} Check ELASTICSEARCH_URL or DATABASE_URL, and that the server runs.")


async def reindex_all(runtime: Runtime, resources: Iterable[Resource]) -> int:
    """Re-index each resource, and show how far it is; how many rows there were.

    Raises:
        SystemExit: another one is at it.
    """
    async with _alone(runtime.database):
        index = index_of(runtime)
        done = sum([await _reindex(runtime, index, resource) for resource in resources])
    echo(f"All indexes are new; they hold {done} rows.")
    return done


async def _reindex(runtime: Runtime, index: Index, resource: Resource) -> int:
    done, total = 0, await count_rows(runtime.database, resource)
    with progressbar(length=total, label=resource.plural) as bar:
        async with index.rebuilding(resource.name) as fill:
            async for documents in documents_of(runtime.database, resource):
                await fill(documents)
                done += len(documents)
                bar.update(len(documents))
    return done


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not (await connection.execute(text(HOLD))).scalar_one():
            sys.exit("Another re-index is running: wait for its end.")
        try:
            yield
        finally:
            await connection.execute(text(LET_GO))


async def _run(settings: Settings) -> None:
    runtime = make_runtime(settings)
    async with open_runtime(runtime, {"search": open_index}):
        await reindex_all(runtime, searchable().values())


if __name__ == "__main__":
    main()
