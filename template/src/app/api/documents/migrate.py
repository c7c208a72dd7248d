"""`migrate-documents`: bring every document to today's schema, which reading does one by one (template-owned)."""

import asyncio
import sys

from app.api.command_line import parse_command_line, settings_or_exit
from app.api.documents.trails import Trail, open_trail, trail_of
from app.api.runtime import make_runtime, open_runtime
from app.components import Settings
from app.kit.problems import ProblemError


def main() -> None:
    """Upgrade all; status 1 where the server does not answer, and then what is left is left for the next run."""
    parse_command_line("Bring all documents to today's schema; safe while the service runs, and to run again.")
    try:
        asyncio.run(_run(settings_or_exit()))
    except ProblemError as error:
        sys.exit(f"{error.detail} Check MONGODB_URL or DATABASE_URL, and that the server runs.")


async def upgrade_all(trail: Trail) -> int:
    """Upgrade all that are of an older schema, and print how far it is; how many that were."""
    total, done = await trail.count_outdated(), 0
    while some := await trail.upgrade_some():
        done += some
        print(f"{done} of {max(done, total)}")
    print(f"All documents are of today's schema; {done} were not.")
    return done


async def _run(settings: Settings) -> None:
    runtime = make_runtime(settings)
    async with open_runtime(runtime, {"documents": open_trail}):
        await upgrade_all(trail_of(runtime))


if __name__ == "__main__":
    main()
