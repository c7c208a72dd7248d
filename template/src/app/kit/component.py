"""What a component declares of itself, in one value (template-owned)."""

from dataclasses import dataclass

from app.kit.settings import SettingsModel


@dataclass(frozen=True)
class Component:
    """One optional part of the service.

    `needs` names components that must be on and are opened before it; `handles` the events that it acts on.
    """

    name: str
    settings: type[SettingsModel] | None = None
    needs: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
