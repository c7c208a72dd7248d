"""OpenAPI documents in a form that two frameworks' generators agree on, and where two of them differ."""

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
# What people read: each generator words it in its own way.
WORDS = frozenset({"title", "summary", "description", "tags", "examples", "example"})
# A set, whatever order it is written in.
UNORDERED = frozenset({"required", "enum", "security"})
# Their keys are names, of which one may be a word too, or one of these: a field called `title`, or `headers`.
HOLD_NAMES = frozenset({"properties", "headers", "responses", "content"})
# Where one document has nothing: not the same as null.
ABSENT = "(nothing)"


def operations(document: Mapping[str, Any]) -> dict[str, Any]:
    """Each operation by method and path, with parameters by place and name, references to schemas by name."""
    return {
        f"{method.upper()} {path}": {
            **_plain(operation),
            "parameters": {
                f"{one['in']} {one['name']}": {"required": False} | _plain(one)
                for one in [*item.get("parameters", []), *operation.get("parameters", [])]
            },
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def schemas(document: Mapping[str, Any]) -> dict[str, Any]:
    """Each named schema; the order of its fields is nobody's business."""
    return {name: _plain(schema) for name, schema in document["components"]["schemas"].items()}


def differences(first: Any, second: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two documents differ: the place, as `ProjectBody/properties/name/type`, and what stands there."""
    if isinstance(first, dict) and isinstance(second, dict):
        for name in sorted(first.keys() | second.keys()):
            one, other = (document.get(name, ABSENT) for document in (first, second))
            yield from differences(one, other, f"{place}/{name}" if place else name)
    elif first != second:
        yield place, first, second


def _plain(value: Any, *, names: bool = False) -> Any:
    """Without words; `names` says that the keys are names of fields, of which one may be called `title`."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: sorted(one, key=str) if _is_set(key, one) else _plain(one, names=not names and key in HOLD_NAMES)
        for key, one in value.items()
        if names or key not in WORDS
    }


def _is_set(key: str, value: Any) -> bool:
    return key in UNORDERED and isinstance(value, list)
