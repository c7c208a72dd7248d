"""`just upgrade` (template-owned): newer versions of the dependencies, then every check.

`uv.toml` holds the date up to which versions count; it moves to seven days ago, never back in time.
"""

import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.dev.processes import DevelopmentError, entry_point, say

DESCRIPTION = """Move the date in uv.toml to seven days ago (never back), lock the newest versions up to it, then run
`just check`."""
# Newer versions may still be withdrawn or found to be malicious.
AGE = timedelta(days=7)
LINE = re.compile(
    r"""^(?P<before>[ \t]*exclude-newer[ \t]*=[ \t]*(?P<quote>["']))(?P<date>[^"'\r\n]*)(?P=quote)""", re.MULTILINE
)


def main() -> int:
    """Move the date, lock, check; the status of what failed."""
    ArgumentParser(prog="just upgrade", description=DESCRIPTION).parse_args()
    try:
        upgrade(Path("uv.toml"), to=datetime.now(UTC) - AGE)
    except DevelopmentError as error:
        print(f"upgrade: {error}", file=sys.stderr)
        return 1
    return 0


def upgrade(settings: Path, *, to: datetime) -> None:
    """Move the date in the file `settings`, re-lock, and run `just check`.

    Raises:
        DevelopmentError: locking failed (the date is put back), or a check did.
    """
    before = settings.read_bytes() if settings.exists() else b""
    moved = move_date(before.decode(), to).encode()
    _report(before.decode(), moved.decode())
    if moved != before:
        settings.write_bytes(moved)
    if subprocess.run([os.environ.get("UV") or entry_point("uv"), "lock", "--upgrade"], check=False).returncode:
        if moved != before:
            settings.write_bytes(before)
        raise DevelopmentError("uv could not lock (see above); uv.toml is as it was")
    if subprocess.run([entry_point("just"), "check"], check=False).returncode:
        raise DevelopmentError(
            "uv.lock holds the new versions, but a check fails; mend it, or `git checkout uv.toml uv.lock`"
        )


def move_date(text: str, to: datetime) -> str:
    """The text of uv.toml with `exclude-newer` at midnight (UTC) of `to`, if that is later; all else as it was.

    A relative date (`7 days`) moves by itself and stays.
    """
    found = _pin(text)
    if found is None:
        return text
    target = to.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    own = _moment(found["date"])
    if own is None or own >= target:
        return text
    return f"{text[: found.start('date')]}{target:%Y-%m-%dT%H:%M:%SZ}{text[found.end('date') :]}"


def _report(before: str, after: str) -> None:
    if "UV_EXCLUDE_NEWER" in os.environ:
        raise DevelopmentError("UV_EXCLUDE_NEWER is set and overrules uv.toml; unset it")
    old, new = _pin(before), _pin(after)
    if old is None or new is None:
        say("uv.toml has no exclude-newer: nothing pins, the newest versions count")
    elif old["date"] == new["date"]:
        say(f"exclude-newer stays at {old['date']}")
    else:
        say(f"exclude-newer moves from {old['date']} to {new['date']}")


def _pin(text: str) -> re.Match[str] | None:
    """The line at the top level: the tables below it are of something else."""
    table = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    return LINE.search(text, 0, table.start() if table else len(text))


def _moment(date: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
