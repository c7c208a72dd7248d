"""JSON as the contract reads and writes it: one meaning for every document (template-owned; RFC 8259, RFC 7493)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from app.kit.times import format_time

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


def write_json(value: Any) -> bytes:
    """JSON with times as the contract writes them: microseconds and Z."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


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


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, UUID):  # the driver's own kind, which orjson does not know
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
