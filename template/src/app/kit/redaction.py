"""Keeps secrets out of logs, by the names of members and by what a text looks like (template-owned).

A net below the rule that nobody logs a secret, not in its place: a password that nothing names passes.
"""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(
    r"passw|passphrase|pwd|secret|token|authorization|cookie|credential|jwt|signature"
    r"|(?:api|private|signing|encryption|access)[-_ .]?key|(?:^|[-_ .])(?:dsn|otp|totp)(?:$|[-_ .])",
    re.IGNORECASE,
)
_NAMES_IN_TEXT = ("passw", "passphrase", "secret", "token", "credential", "api_key", "api-key", "apikey", "private_key")
# In lower case: a text without any of these needs no closer look.
_HINTS = (*_NAMES_IN_TEXT, "authorization", "cookie", "bearer", "eyj", "$argon2", "-----begin", "://", "input_value")
# Of bounded length: what somebody sends must not take long to look through.
_NAMED = rf"(?:{'|'.join(_NAMES_IN_TEXT)}|authorization|cookie)[\w-]{{0,40}}"
# In quotes, in quotes that are escaped since they stand in a text in quotes, or one word.
_VALUE = r"""(?:b?"(?:[^"\\]|\\.)*"|b?'(?:[^'\\]|\\.)*'|\\+".*?\\+"|[^\s,;&'")\]}]+)"""
_PATTERNS = (
    # Keys, tokens of ours, hashes of passwords, passwords in URLs.
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL), REDACTED),
    (re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*)*"), REDACTED),
    (re.compile(r"\$argon2[\w+/=,.$-]*"), REDACTED),
    (re.compile(r"(?<=://)([^\s/:@?#\"'<>]*:)?[^\s/?#\"'<>]*@"), rf"\1{REDACTED}@"),
    # Headers.
    (re.compile(r"\b(bearer)\s+(?!tokens?\b|auth)[\w.~+/=-]+", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key):[^\r\n]*", re.IGNORECASE), rf"\1: {REDACTED}"),
    # password=…, as in a query or a repr; 'password': '…', as in a dict; what pydantic quotes of a refused value.
    (re.compile(rf"({_NAMED})={_VALUE}", re.IGNORECASE | re.DOTALL), rf"\1={REDACTED}"),
    (re.compile(rf"({_NAMED}\\*[\"']\s?[:,]\s?){_VALUE}", re.IGNORECASE | re.DOTALL), rf"\1{REDACTED}"),
    (re.compile(r"\binput_value=.*?(, input_type=\w+|\Z)", re.DOTALL), rf"input_value={REDACTED}\1"),
)
# A circle, too, is met at this depth.
_DEEPEST = 16
_HARMLESS = (int, float, type(None), UUID, date, time, Enum)


def redact_text(text: str) -> str:
    """The text with what looks like a secret replaced."""
    lower = text.lower()
    for hint in _HINTS:
        if hint in lower:
            break
    else:
        return text
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_members(members: Mapping[Any, Any]) -> dict[Any, Any]:
    """The same members, whatever nests in them, without the values whose name says secret and what looks like one."""
    return {name: redact_value(value, name) for name, value in members.items()}


def redact_value(value: Any, name: Any = "") -> Any:
    """One value, called `name`."""
    try:
        return _redact(value, name, _DEEPEST)
    except RecursionError:
        return redact_text(ascii(value))


def _redact(value: Any, name: Any, levels: int) -> Any:
    if value is not None and _is_secret(_shown(name)):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, _HARMLESS):
        return value
    if not levels:
        raise RecursionError
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _redact(item, key, levels - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and isinstance(value[0], (str, bytes)):
            # It may be a header, or a form's field.
            return [_redact(value[0], "", levels - 1), _redact(value[1], value[0], levels - 1)]
        return [_redact(item, "", levels - 1) for item in value]
    return redact_text(_shown(value))


def _shown(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a line that can't show a value is better than no line
        return f"<{type(value).__name__}>"


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None
