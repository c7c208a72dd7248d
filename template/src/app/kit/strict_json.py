"""JSON as the contract reads it: one meaning for every document, or an error (template-owned; RFC 8259, RFC 7493)."""

import json
from typing import Any

import orjson

MOST_LEVELS = 64


def parse_json(data: bytes) -> Any:
    """Read a document of UTF-8.

    Raises:
        ValueError: syntax, encoding, NaN or Infinity, lone surrogates, duplicate keys, more than 64 levels.
    """
    # orjson refuses bad encoding, lone surrogates, NaN and over 1,024 levels; only what it passed reaches the
    # standard library, which alone can see duplicate keys.
    if _levels(orjson.loads(data)) > MOST_LEVELS:
        raise ValueError("nested too deep")
    return json.loads(data, object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return members


def _levels(document: Any) -> int:
    deepest, open_values = 0, [(document, 1)]
    while open_values:
        value, level = open_values.pop()
        if isinstance(value, dict):
            value = list(value.values())
        elif not isinstance(value, list):
            continue
        deepest = max(deepest, level)
        open_values.extend((item, level + 1) for item in value)
    return deepest
