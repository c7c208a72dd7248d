"""The file of secret keys (template-owned): a line for each, newest first; 64 hexadecimal characters in one of ours."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from app.dev.key_file import KeyFile


@dataclass(frozen=True)
class SecretKey:
    """The keys that cursors, refresh tokens and signed URLs are derived from."""

    is_given: bool
    file: KeyFile
    lines: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "SecretKey":
        """As the environment gives it: SECRET_KEY, or the file of SECRET_KEY_PATH.

        Raises:
            DevelopmentError: the file can't be read.
        """
        file = KeyFile.of(environment, "SECRET_KEY_PATH", "./keys/secret.key")
        if environment.get("SECRET_KEY"):
            return cls(is_given=True, file=file, lines=())
        lines = (line.strip() for line in file.read().splitlines())
        return cls(is_given=False, file=file, lines=tuple(line for line in lines if line))

    @property
    def is_there(self) -> bool:
        return self.is_given or bool(self.lines)

    def make(self) -> str:
        """Make the file if there is none; what was done."""
        if self.is_given:
            return "SECRET_KEY is set in the environment, which decides: nothing was written"
        if self.lines:
            return f"{self.file.path} is there and was kept; `just keys --rotate` puts a new key first"
        self._write(secrets.token_hex(32))
        return f"Made {self.file.path}; it is secret and never committed"

    def rotate(self) -> str:
        """Put a new key first; what was done."""
        if self.is_given or not self.lines:
            return self.make()
        self._write(secrets.token_hex(32), *self.lines)
        return f"Put a new key first in {self.file.path} ({len(self.lines)} kept below it, still accepted)"

    def prune(self) -> str:
        """Of keys that are there, remove all but the newest; what is no longer valid."""
        if self.is_given:
            return self.make()
        first, *old = self.lines
        if not old:
            return f"{self.file.path} holds one key: nothing was removed"
        self._write(first)
        return (
            f"Removed {len(old)} from {self.file.path}: cursors made with them are refused, and whoever logged in "
            "while one of them was the newest has to log in again"
        )

    def _write(self, *lines: str) -> None:
        self.file.write("".join(f"{line}\n" for line in lines))
