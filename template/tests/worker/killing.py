"""A worker that is killed at one step, and another that comes after it (template-owned).

`python -m tests.worker.killing EFFECTS STEP` runs `work` until it kills itself: EFFECTS is a module with `prepare()`
and `main()`; STEP is `before` or `after` and a function, as `after:app.module:Class.function`, or `never`. In the
environment, OUTSIDE is the file that is told, HELD one without which what tells it does not return, and
REDELIVERED_SECONDS how soon a message that nobody has acknowledged is delivered again.
"""

import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.commands import until
from tests.environment import service_environment

from app.dev.psql import run_psql
from app.kit import queue_settings

SECONDS = 40
NOTE = "INSERT INTO fences (resource, id, token) VALUES ('note', gen_random_uuid(), 1)"
_COLUMNS = "id, name, organization_id, resource, resource_id, version, at, data"


def outside(event_id: object) -> None:
    """The effect that no transaction holds: a line in a file, as a mail would be."""
    with Path(os.environ["OUTSIDE"]).open("a") as file:
        file.write(f"{event_id}\n")
    if held := os.environ.get("HELD"):
        gives_up = time.monotonic() + SECONDS
        while not Path(held).exists() and time.monotonic() < gives_up:
            time.sleep(0.02)


class Killing:
    """One event, and the workers that are to act on it: in the database, and outside, in the file `told`."""

    def __init__(self, effects: str, database_url: str, folder: Path, **environment: str) -> None:
        self._effects = effects
        self._url = database_url
        self.told = folder / "told"
        self._log = folder / "work.log"
        self._environment = {"DATABASE_URL": database_url, "OUTSIDE": str(self.told), **environment}
        self.event_id = str(uuid4())
        run_psql(database_url, "DELETE FROM jobs", "DELETE FROM outbox", "DELETE FROM fences")

    def publish(self) -> None:
        """Commit the event."""
        one = f"'{self.event_id}'"
        values = f"{one}, 'note.created', {one}, 'note', {one}, 1, NOW(), '{{}}'"
        run_psql(self._url, f"INSERT INTO outbox ({_COLUMNS}) VALUES ({values})")

    def work(self, step: str = "never") -> "subprocess.Popen[bytes]":
        """Start a worker."""
        environment = service_environment(**self._environment)
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

    def recover(self, *, is_sent_again: bool = True) -> None:
        """Have another do what is left, without the minutes until a lost message is sent again; it ends well."""
        if is_sent_again:
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

    def ended(self, held: Path) -> None:
        """Have a worker told to end while it has the event in hand, which is done once there is the file `held`."""
        process = self.work()
        try:
            until(lambda: self.lines, self._log, seconds=SECONDS)
            process.terminate()
            # Time in which one that waits for nobody would be gone.
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
            assert (process.poll(), self.notes) == (None, 0)
            held.touch()
            assert process.wait(SECONDS) == 0, self._log.read_text()
        finally:
            process.kill()
            process.wait()

    @property
    def notes(self) -> int:
        """How often the database has the effect."""
        return int(run_psql(self._url, "SELECT count(*) FROM fences WHERE resource = 'note'"))

    @property
    def is_done(self) -> bool:
        """Whether the one job is, at the first attempt."""
        return run_psql(self._url, "SELECT attempts, error, finished_at IS NULL FROM jobs") == "1||f\n"

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
    if seconds := os.environ.get("REDELIVERED_SECONDS"):
        vars(queue_settings)["_REDELIVERED_SECONDS"] = int(seconds)
    if step != "never":
        _die_at(step)
    sys.argv[1:] = []
    effects.main()


if __name__ == "__main__":
    main()
