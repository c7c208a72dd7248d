"""The worker with one function of the tests' own: a note in the database, then a line outside (template-owned)."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.worker import killing

from app.api.runtime import Runtime
from app.api.slices import Slice
from app.api.worker import work
from app.kit.events import Event


async def act(_: Runtime, session: AsyncSession, event: Event) -> None:
    """Act on a new note."""
    await session.execute(text(killing.NOTE))
    killing.outside(event.id)


def prepare() -> None:
    """Have the worker know this function alone."""
    only = (Slice("test", handlers={"note.created": act}),)
    vars(work)["find_slices"] = lambda: only


def main() -> None:
    """Run `work`."""
    work.main()
