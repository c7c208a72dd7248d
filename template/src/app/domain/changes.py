"""What a write changes (template-owned)."""

from collections.abc import Mapping
from typing import Any


def changed_fields(before: object, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of `values` that differ from the attributes of `before`, as `{field: {"from": …, "to": …}}`."""
    return {name: {"from": old, "to": new} for name, new in values.items() if (old := getattr(before, name)) != new}


def deletion_fields(changes: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What a deletion or a restoration tells: `deleted_at` alone; what belonged together is known to the rows."""
    return {"deleted_at": changes["deleted_at"]}


def first_fields(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of a new row in the same form; those without a value are left out."""
    return {name: {"from": None, "to": new} for name, new in values.items() if new is not None}
