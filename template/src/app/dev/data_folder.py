"""The folder that development keeps its data in (template-owned): who runs there, and the URLs of its servers."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.dev.embedded import make_data_folder
from app.dev.processes import DevelopmentError

DEFAULT = ".dev"
PUBLISH_SECONDS = 20.0


@dataclass(frozen=True)
class DataFolder:
    """DATA_DIR, `.dev` if unset."""

    path: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "DataFolder":
        """The folder that these variables name."""
        return cls(Path(environment.get("DATA_DIR") or DEFAULT).absolute())

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Be the one `dev` of this folder; the lock goes with the process, however it ends.

        Raises:
            DevelopmentError: another one runs here.
        """
        make_data_folder(self.path)
        with self._open_lock() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DevelopmentError(self._taken()) from None
            self._published.unlink(missing_ok=True)
            try:
                yield
            finally:
                self._published.unlink(missing_ok=True)

    def publish(self, environment: Mapping[str, str]) -> None:
        """Let other commands find the servers of the `dev` that holds this folder (mode 0600: passwords)."""
        new = self.path / "environment.json.new"
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(dict(environment), file, indent=2)
        new.replace(self._published)

    def published(self) -> dict[str, str] | None:
        """What the running `dev` published, waiting while it starts its servers; None if none runs."""
        deadline = time.monotonic() + PUBLISH_SECONDS
        while self.is_held() and time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError):
                return {str(name): str(value) for name, value in json.loads(self._published.read_text()).items()}
            time.sleep(0.05)
        return None

    def is_held(self) -> bool:
        """Whether a `dev` runs here."""
        try:
            with (self.path / "dev.lock").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _open_lock(self) -> IO[bytes]:
        try:
            return (self.path / "dev.lock").open("ab")
        except OSError as error:
            raise DevelopmentError(
                f"{error.filename} can't be used ({error.strerror}); make it yours, or set DATA_DIR to another folder"
            ) from None

    @property
    def _published(self) -> Path:
        return self.path / "environment.json"

    def _taken(self) -> str:
        where = ""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._published.read_text())
            where = f" (process {found['DEV_PID']}, http://127.0.0.1:{found['PORT']})"
        return f"`dev` is already running in this folder{where}; stop that one, or set DATA_DIR to another folder"
