"""Keys as the settings give them: in a file, or the content itself (template-owned; contract, "Environment")."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from app.kit.settings import CoreSettings, SettingsError

T = TypeVar("T")
Parse = Callable[[str, str], T]


def read_keys(settings: CoreSettings, name: str, parse: Parse[T]) -> T:
    """What `parse` makes of the keys in `settings.<name>` or the file `settings.<name>_path`.

    `parse` gets the text and the variable to blame, and must be one module's function: what it made is kept until
    the file changes.

    Raises:
        SettingsError: there is no such file, or `parse` says so.
    """
    content: SecretStr | None = getattr(settings, name)
    variable = name.upper()
    if content is not None:
        # Where a platform gives one line alone, its ends stand as \n.
        parsed: T = _parsed(content.get_secret_value().replace("\\n", "\n"), variable, parse)
        return parsed
    path: Path = getattr(settings, f"{name}_path")
    try:
        status = path.stat()
        read: T = _read(path, status.st_mtime_ns, status.st_size, f"{variable}_PATH", parse)
    except OSError as error:
        why = "there is no file" if isinstance(error, FileNotFoundError) else f"{error.strerror}:"
        raise SettingsError(f"{variable}_PATH: {why} {path}; run `just keys`") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{variable}_PATH: there is no text in {path}; run `just keys`") from None
    return read


@lru_cache(maxsize=16)
def _read(path: Path, _modified: int, _size: int, variable: str, parse: Parse[Any]) -> Any:
    return parse(path.read_text(encoding="utf-8"), variable)


@lru_cache(maxsize=16)
def _parsed(content: str, variable: str, parse: Parse[Any]) -> Any:
    return parse(content, variable)
