"""What a component declares of itself, in one value (template-owned)."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.kit.jobs import Queue
from app.kit.resource import Resource, Trait
from app.kit.settings import SettingsModel


@dataclass(frozen=True)
class Component:
    """One optional part of the service.

    `needs` names components that must be on and are opened before it; `handles` the events that it acts on; with
    `follows` it acts on every event of the resources that declare this of themselves, whichever those are; with
    `extends` it adds operations to each of them. Its jobs go into `queue`.
    """

    name: str
    settings: type[SettingsModel] | None = None
    needs: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    follows: Trait | None = None
    extends: Trait | None = None
    queue: Queue = "default"

    def followed(self, resources: Iterable[Resource]) -> tuple[str, ...]:
        """The events of those of the resources that it follows."""
        if self.follows is None:
            return ()
        return tuple(event for one in resources if getattr(one, self.follows) for event in one.events)

    def extended(self, resources: Iterable[Resource]) -> tuple[Resource, ...]:
        """Those of the resources that it adds operations to."""
        return tuple(one for one in resources if self.extends and getattr(one, self.extends))
