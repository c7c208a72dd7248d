"""What a resource declares of itself, so that no component names a resource (template-owned)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """A noun of the API: `name` as in events and metrics, `plural` as in paths."""

    name: str
    plural: str
    searchable: tuple[str, ...] = ()
    audited: bool = True
    attachable: bool = False
