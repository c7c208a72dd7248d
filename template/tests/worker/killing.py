"""A worker that is killed at one step, and another that comes after it (template-owned).

`python -m tests.worker.killing EFFECTS STEP` runs `work` until it kills itself: EFFECTS is a module with `prepare()`
and `main()`; STEP is `before` or `after` and a function, as `after:app.module:Class.function`, or `never`.
"""

import inspect
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.commands import until
from tests.environment import service_environment

from app.dev.psql import run_psql

SECONDS = 40
NOTE = "INSERT INTO fences (resource, id, token) VALUES ('note', gen_random_uuid(), 1)"
_COLUMNS = "id, name, organization_id, resource, resource_id, version, at, data"


def outside(event_id: object) -> None:
    """The effect that no transaction holds: a line in a file, as a mail would be."""
    with Path(os.environ["OUTSIDE"]).open("a") as file:
        file.write(f"{event_id}\n")


class Killing:
    """One event, and the workers that are to act on it: in the database, and outside, in the file `told`."""

    def __init__(self, effects: str, database_url: str, folder: Path) -> None:
        self._effects = effects
        self._url = database_url
        self.told = folder / "told"
        self._log = folder / "work.log"
        self.event_id = str(uuid4())
        run_psql(database_url, "DELETE FROM jobs", "DELETE FROM outbox", "DELETE FROM fences")

    def publish(self) -> None:
        """Commit the event."""
        one = f"'{self.event_id}'"
        values = f"{one}, 'note.created', {one}, 'note', {one}, 1, NOW(), '{{}}'"
        run_psql(self._url, f"INSERT INTO outbox ({_COLUMNS}) VALUES ({values})")

    def work(self, step: str = "never") -> "subprocess.Popen[bytes]":
        """Start a worker."""
        environment = service_environment(DATABASE_URL=self._url, OUTSIDE=str(self.told))
        command = [sys.executable, "-m", "tests.worker.killing", self._effects, step]
        with self._log.open("a") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def killed(self, step: str) -> None:
        """Have a worker kill itself at this step."""
        process = self.work(step)
        try:
            assert process.wait(SECONDS) == -signal.SIGKILL, self._log.read_text()
        finally:
            process.kill()
            process.wait()

    def recover(self) -> None:
        """Have another do what is left, without the minutes until a lost message is sent again; it ends well."""
        run_psql(self._url, "UPDATE jobs SET due_at = NOW()")
        self._log.unlink(missing_ok=True)
        process = self.work()
        try:
            until(lambda: "ready." in self._log.read_text(), self._log, seconds=SECONDS)
            done = "SELECT FROM jobs WHERE finished_at IS NOT NULL"
            until(lambda: run_psql(self._url, done) != "", self._log, seconds=SECONDS)
            process.terminate()
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()
            process.wait()

    @property
    def notes(self) -> int:
        """How often the database has the effect."""
        return int(run_psql(self._url, "SELECT count(*) FROM fences WHERE resource = 'note'"))

    @property
    def lines(self) -> list[str]:
        """What was told outside."""
        return self.told.read_text().split() if self.told.exists() else []


def _die_at(step: str) -> None:
    when, module, path = step.split(":")
    owner: Any = import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, _killing(getattr(owner, name), is_before=when == "before"))


def _killing(function: Callable[..., Any], *, is_before: bool) -> Callable[..., Any]:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def later(*given: Any, **named: Any) -> None:
        if not is_before:
            await function(*given, **named)
        die()

    def now(*given: Any, **named: Any) -> None:
        if not is_before:
            function(*given, **named)
        die()

    return later if inspect.iscoroutinefunction(function) else now


def main() -> None:
    """Run the worker of the command line."""
    name, step = sys.argv[1:]
    effects = import_module(name)
    effects.prepare()
    if step != "never":
        _die_at(step)
    sys.argv[1:] = []
    effects.main()


if __name__ == "__main__":
    main()
