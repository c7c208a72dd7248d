"""`dead-letters`: looks at jobs that were given up, does them again, or drops them (template-owned)."""

import asyncio
from argparse import Namespace

from sqlalchemy import delete, func, select, update

from app.api.command_line import exit_with, settings_or_exit
from app.api.outbox.tables import WrittenJob
from app.api.postgres.database import Database, open_database
from app.kit.dead_letters import parse_arguments, report, shown
from app.kit.problems import ProblemError
from app.kit.settings import CoreSettings


def main() -> None:
    """Do what the command line asks, and say so; status 1 where an id is of no dead letter."""
    arguments = parse_arguments()
    core = settings_or_exit().core
    try:
        print(asyncio.run(_run(core, arguments)))
    except ProblemError as error:
        exit_with(error)


async def answer(database: Database, arguments: Namespace) -> str:
    """What to print.

    Raises:
        SystemExit: an id is of no dead letter; nothing was done.
    """
    given_up = (WrittenJob.finished_at.is_not(None), WrittenJob.error.is_not(None))
    async with database.transaction() as session:
        if arguments.action == "list":
            return shown(await session.scalars(select(WrittenJob).where(*given_up).order_by(WrittenJob.finished_at)))
        which = given_up if arguments.all else (*given_up, WrittenJob.id.in_(arguments.ids))
        if arguments.action == "drop":
            found = await session.scalars(delete(WrittenJob).where(*which).returning(WrittenJob.id))
        else:
            fresh = {"finished_at": None, "attempts": 0, "due_at": func.now()}
            found = await session.scalars(update(WrittenJob).where(*which).values(fresh).returning(WrittenJob.id))
        return report(arguments, found.all())


async def _run(core: CoreSettings, arguments: Namespace) -> str:
    database = open_database(core)
    try:
        return await answer(database, arguments)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
