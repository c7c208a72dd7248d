"""The entry point `keys` (template-owned): makes the service's secret key, and rotates it."""

import argparse
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.dev.processes import say

DEFAULT = "./keys/secret.key"
DESCRIPTION = """Make the secret key that cursors, tokens and signed URLs are derived from, in the file that
SECRET_KEY_PATH names (./keys/secret.key if unset). Keys that are there are kept."""
ROTATE = """put a new key first: new values are made with it, those made with the previous keys stay valid until
you delete their lines"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make or rotate the keys that the environment names."""
    parser = argparse.ArgumentParser(prog="keys", description=DESCRIPTION)
    parser.add_argument("--rotate", action="store_true", help=ROTATE)
    chosen = parser.parse_args(arguments)
    try:
        say(make_keys(os.environ, rotate=chosen.rotate))
    except OSError as error:
        print(f"keys: {error.filename}: {error.strerror}; set SECRET_KEY_PATH to another file", file=sys.stderr)
        return 1
    return 0


def make_keys(environment: Mapping[str, str], *, rotate: bool = False) -> str:
    """Make the key file if it is missing, or put a new first line into it; what was done, as one sentence.

    A line is 64 hexadecimal characters, newest first; file mode 0600, folder 0700.

    Raises:
        OSError: the file can't be read or written.
    """
    if environment.get("SECRET_KEY"):
        return "SECRET_KEY is set in the environment, which decides: nothing was written"
    path = Path(environment.get("SECRET_KEY_PATH") or DEFAULT)
    lines = _lines(path)
    if lines and not rotate:
        return f"{path} is there and was kept; `just keys --rotate` puts a new key first"
    _write(path, [secrets.token_hex(32), *lines])
    if not lines:
        return f"Made {path}; it is secret and never committed"
    return f"Put a new key first in {path} ({len(lines)} kept below it); restart the service to use it"


def has_keys(environment: Mapping[str, str]) -> bool:
    """Whether there is a key already, given or in the file."""
    return bool(environment.get("SECRET_KEY")) or bool(_lines(Path(environment.get("SECRET_KEY_PATH") or DEFAULT)))


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _write(path: Path, lines: Sequence[str]) -> None:
    """Write beside and rename: a reader sees the old file or the new one, never half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main())
