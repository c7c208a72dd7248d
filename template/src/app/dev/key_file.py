"""A file that holds keys (template-owned): what names it, and how it is written without a reader seeing half of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.dev.processes import DevelopmentError

SECRET_MODE = 0o600
PUBLIC_MODE = 0o644


@dataclass(frozen=True)
class KeyFile:
    """A file of keys and the variable whose value is its path."""

    variable: str
    path: Path

    @classmethod
    def of(cls, environment: Mapping[str, str], variable: str, default: str) -> "KeyFile":
        """The file that the environment names, else the default."""
        return cls(variable, Path(environment.get(variable) or default))

    def read(self) -> str:
        """What it holds; nothing where it is missing.

        Raises:
            DevelopmentError: it can't be read.
        """
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise self._failure(error) from None
        except UnicodeDecodeError:
            raise self.refusal("is no text") from None

    def write(self, text: str, *, mode: int = SECRET_MODE) -> None:
        """Write beside and rename: a reader sees the old file or the new one. A new folder is for the owner alone.

        Raises:
            DevelopmentError: it can't be written.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self.path.with_name(f"{self.path.name}.new")
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
                file.write(text)
            new.replace(self.path)
        except OSError as error:
            raise self._failure(error) from None

    def refusal(self, why: str) -> DevelopmentError:
        """What it holds is no key, and may be somebody's: it is never overwritten."""
        return DevelopmentError(
            f"{self.path} {why}; move it away and run `just keys`, or set {self.variable} to another file"
        )

    def _failure(self, error: OSError) -> DevelopmentError:
        return DevelopmentError(f"{error.filename}: {error.strerror}; set {self.variable} to another file")
