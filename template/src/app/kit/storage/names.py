"""Names of files as people give them, made safe to be shown and to be sent in a header (template-owned; RFC 6266)."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

_NOT_SIMPLE: Final = re.compile(r"[^A-Za-z0-9 ._-]")
# They change the order in which the letters around them are shown: `gpj.exe` looks like `exe.jpg`.
_TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NAMELESS: Final = "file"


def safe_name(given: str) -> str:
    """The last part of a path, without what is not to be seen; it is never used as a name on a disk of ours."""
    last = re.split(r"[/\\]", given)[-1]
    seen = "".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in last)
    return "".join(each for each in seen if each not in _TURNING).strip(" .") or _NAMELESS


def attachment_disposition(name: str) -> str:
    """The `Content-Disposition` that has a browser keep a file instead of showing it, in ASCII and as it is called."""
    simple = _NOT_SIMPLE.sub("_", name)
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(name, safe='')}"
