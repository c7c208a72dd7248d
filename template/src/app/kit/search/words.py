"""The words of a text, as every back end of search compares them (template-owned).

They are taken apart here, not by a server: each finds the same then, whatever its analysers can do.
"""

import re
import unicodedata
from typing import Final

# A longer word is known by its beginning.
LONGEST: Final = 64
# What parts words: space, control, punctuation. Not the two joiners, which stand inside of words.
_PARTING = (
    r"\s\x00-/:-@\[-`{-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7\u2000-\u200b\u200e-\u206f\u2e00-\u2e7f"
    r"\u3000-\u3004\u3008-\u3020\u3030\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufeff"
)
WORD: Final = re.compile(rf"[^{_PARTING}]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")


def words_of(text: str) -> list[str]:
    """The words in their order, without case and accents: `Ärger im Büro-Haus` gives arger, im, buro, haus."""
    folded = text.lower() if text.isascii() else _folded(text)
    return [word[:LONGEST] for word in WORD.findall(folded)]


def _folded(text: str) -> str:
    # Once more, since some characters are taken apart into capitals.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))
