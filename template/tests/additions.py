"""Made-up modules that the service finds as if they were its own (template-owned)."""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any


@contextmanager
def added_to(
    package: ModuleType, folder: Path, files: Mapping[str, str], *, forget: tuple[Callable[..., Any], ...]
) -> Iterator[None]:
    """Write `files` into `folder` and let `package` find them; `forget` are the cached functions that look."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    package.__path__.append(str(folder))
    try:
        _look_again(forget)
        yield
    finally:
        package.__path__.remove(str(folder))
        # These alone: the service's own tables can't be defined twice.
        for name in [name for name, module in sys.modules.items() if _is_below(module, folder)]:
            _forget_module(name)
        _look_again(forget)


def _look_again(forget: tuple[Callable[..., Any], ...]) -> None:
    importlib.invalidate_caches()
    for function in forget:
        function.cache_clear()  # type: ignore[attr-defined]


def _is_below(module: ModuleType, folder: Path) -> bool:
    places = [*getattr(module, "__path__", ()), getattr(module, "__file__", None) or ""]
    return any(Path(place).is_relative_to(folder) for place in places if place)


def _forget_module(name: str) -> None:
    module = sys.modules.pop(name)
    parent = sys.modules.get(name.rpartition(".")[0])
    if parent is not None and getattr(parent, name.rpartition(".")[2], None) is module:
        delattr(parent, name.rpartition(".")[2])
