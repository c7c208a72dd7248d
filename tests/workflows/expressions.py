"""What stands between `${{` and `}}`, as far as our workflows use it."""

import re
from collections.abc import Mapping
from typing import Any

_PATH = re.compile(r"'[^']*'|[a-z_]+(?:\.[\w*-]+)+|[a-z]+\(\)|&&|\|\||!=|!")
_WORDS = {"&&": " and ", "||": " or ", "!=": "!=", "!": " not "}


def fill_in(text: object, contexts: Mapping[str, Any]) -> str:
    """Put their values in the place of all expressions; what is unknown is nothing, as at GitHub."""
    return re.sub(r"\$\{\{(.+?)\}\}", lambda found: _word(evaluate(found[1], contexts)), str(text))


def evaluate(expression: str, contexts: Mapping[str, Any]) -> Any:
    """The value of one expression: paths, strings, `&&`, `||`, `==`, `!=`, `!`, `always()` and its like."""
    inner = expression.strip().removeprefix("${{").removesuffix("}}")
    if joined := re.fullmatch(r"\s*join\(needs\.\*\.result, '(.+)'\)\s*", inner):
        return joined[1].join(need["result"] for need in contexts["needs"].values())
    python = _PATH.sub(lambda found: _WORDS.get(found[0]) or _literal(found[0], contexts), inner)
    return eval(python.strip(), {"__builtins__": {}})


def _literal(word: str, contexts: Mapping[str, Any]) -> str:
    if word.startswith("'"):
        return repr(word[1:-1])
    value: Any = contexts
    for part in word.removesuffix("()").split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return repr(value)


def _word(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else str(value)
