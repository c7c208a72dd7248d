"""What of a text a search shows: pieces around the words that were found, as safe HTML (template-owned)."""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Final

from app.kit.search.words import WORD, words_of

# In characters: of a piece, and before the first word that was found in it.
SIZE: Final = 200
_LEAD = 60
Span = tuple[int, int]
IsFound = Callable[[str], bool]


def found_by(words: Sequence[str], prefix: str, others: Sequence[str] = ()) -> IsFound:
    """Whether a word of a text is one of these, or begins with `prefix`."""
    wanted = {*words, *others}

    @cache
    def is_found(word: str) -> bool:
        return any(part in wanted or part.startswith(prefix) for part in words_of(word))

    return is_found


def pieces(text: str, is_found: IsFound, *, most: int) -> list[str]:
    """At most so many pieces of the text, each escaped, with `<em>` around what was found."""
    spans = [match.span() for match in WORD.finditer(text) if is_found(match[0])]
    shown: list[str] = []
    end = 0
    while spans and len(shown) < most:
        begin = _begin(text, spans[0][0], end)
        inside = [span for span in spans if span[1] <= begin + SIZE] or spans[:1]
        end = _end(text, begin, inside[-1][1])
        shown.append(_marked(text, (begin, end), inside))
        spans = spans[len(inside) :]
    return shown


def _begin(text: str, first: int, least: int) -> int:
    """Where a piece with a word at `first` begins: at a word, some before it."""
    begin = max(least, first - _LEAD)
    if len(text) <= SIZE or begin == 0:
        return least
    # Behind the word that is cut; the word itself, where nothing parts them.
    parting = next((at for at in range(begin, first) if text[at].isspace()), first - 1)
    return parting + 1


def _end(text: str, begin: int, last: int) -> int:
    """Where it ends: at a word, not before `last`."""
    end = max(begin + SIZE, last)
    if end >= len(text):
        return len(text)
    return next((at for at in range(end, last, -1) if text[at].isspace()), last)


def _marked(text: str, piece: Span, found: Sequence[Span]) -> str:
    parts, at = [], piece[0]
    for begin, end in found:
        parts += [escape(text[at:begin]), "<em>", escape(text[begin:end]), "</em>"]
        at = end
    return "".join([*parts, escape(text[at : piece[1]])]).strip()
