"""Which components are on: those whose module is in this folder (template-owned).

Each module holds one value, `component = Component(…)`. Nothing lists them: adding or deleting a file is enough.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from app.kit.component import Component
from app.kit.settings import CoreSettings, S, SettingsModel, load


class ComponentError(Exception):
    """A component is declared wrongly, or one that it needs is off."""


class Settings:
    """The settings of the core and of every component that is on."""

    def __init__(self, loaded: dict[type[SettingsModel], SettingsModel]) -> None:
        self._loaded = loaded
        self.core = self.of(CoreSettings)

    def of(self, cls: type[S]) -> S:
        """The settings of one class, such as `settings.of(MailSettings)`."""
        return cast("S", self._loaded[cls])


@cache
def find_components() -> tuple[Component, ...]:
    """All components that are on, each after those that it needs.

    Raises:
        ComponentError: a module without `component`, a name that is not the module's, a need that is off or circular.
    """
    found = {name: _component(name) for _, name, _ in iter_modules(__path__)}
    ordered: dict[str, Component] = {}
    for name in sorted(found):
        _place(name, found, ordered, asked_by=())
    return tuple(ordered.values())


def load_settings() -> Settings:
    """Read the environment for the core and all components at once.

    Raises:
        SettingsError: listing every fault of all of them.
    """
    classes = [c.settings for c in find_components() if c.settings is not None]
    return Settings(load(CoreSettings, *classes))


def _component(name: str) -> Component:
    value = getattr(import_module(f"{__name__}.{name}"), "component", None)
    if not isinstance(value, Component) or value.name != name:
        raise ComponentError(f'app/components/{name}.py must hold component = Component(name="{name}", …)')
    return value


def _place(name: str, found: dict[str, Component], ordered: dict[str, Component], asked_by: tuple[str, ...]) -> None:
    if name in ordered:
        return
    if name not in found:
        raise ComponentError(
            f"the component {asked_by[-1]} needs {name}, which is off: turn it on, or {asked_by[-1]} off"
        )
    if name in asked_by:
        raise ComponentError(f"components need each other in a circle: {' → '.join((*asked_by, name))}")
    for need in sorted(found[name].needs):
        _place(need, found, ordered, asked_by=(*asked_by, name))
    ordered[name] = found[name]
