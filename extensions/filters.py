"""Filters that put free text into a file of a format so that its parser gives it back verbatim. Pure.

Copier's own `to_json` writes an emoji as two surrogate escapes, which TOML refuses.
"""

import re
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension

# Valid in a file but invisible or refused by one of the parsers: controls, line separators, byte-order mark,
# marks that turn the direction of the text around them, non-characters. A fixed list: what Python calls
# printable changes with its version, and a render must not.
_ESCAPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_INLINE_MARKUP = re.compile(r"([\\`*_\[\]<>&|~#$@])")
# What would begin a list, a quotation, a heading or a rule at a line's start.
_LINE_MARKUP = re.compile(r"^(\s*)(?:([-+=:])|(\d+)([.)]))")


def toml(value: Any) -> str:
    """Write a TOML basic string, quotes included."""
    return _quoted(value)


def yaml(value: Any) -> str:
    """Write a YAML double-quoted scalar."""
    return _quoted(value)


def json(value: Any) -> str:
    """Write a JSON string."""
    return _quoted(value)


def markdown(value: Any) -> str:
    """Escape what Markdown (CommonMark, GitHub) would read as markup, so that the reader sees the text."""
    escaped = _INLINE_MARKUP.sub(r"\\\1", str(value))
    return _LINE_MARKUP.sub(lambda m: m[1] + (f"\\{m[2]}" if m[2] else f"{m[3]}\\{m[4]}"), escaped)


def _quoted(value: Any) -> str:
    # Backslash, quote and \uXXXX are the escapes that the three formats have in common; every other
    # character, emoji too, stands as it is.
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04X}", text) + '"'


class FormatFilters(Extension):
    """Gives templates the filters `toml`, `yaml`, `json` and `markdown`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters.update(toml=toml, yaml=yaml, json=json, markdown=markdown)
