"""What a resource declares of itself, so that no component names a resource (template-owned)."""

from dataclasses import dataclass
from typing import Literal

Trait = Literal["searchable", "audited", "attachable"]
_USUAL = ("created", "updated", "deleted", "restored")


@dataclass(frozen=True)
class Resource:
    """A noun of the API: `name` as in events and metrics, `plural` as in paths.

    `also` is what happens to it besides being created, updated, deleted and restored, as in `task.assigned`.
    """

    name: str
    plural: str
    searchable: tuple[str, ...] = ()
    audited: bool = True
    attachable: bool = False
    also: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[str, ...]:
        """The names of all events that tell of it."""
        return tuple(f"{self.name}.{what}" for what in (*_USUAL, *self.also))
