"""Passwords: which are good enough, and their PHC strings of Argon2id (template-owned; NIST SP 800-63B-4, OWASP).

The parameters are the contract's: m=19 MiB, t=2, p=1.
"""

from collections.abc import Iterable
from typing import Annotated
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import Field

from app.kit.problems import UNAVAILABLE, ProblemError
from app.kit.text import Text

LEAST_CHARACTERS = 15
MOST_CHARACTERS = 128
# Of no password, and as dear to check as any: what a log-in without an account is held against.
NOBODYS_HASH = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
# Of a process; who finds none of these turns free waits so many seconds at most.
HASHES_AT_ONCE = 4
LONGEST_WAIT = 3.0
_WEAKEST = 2

_LONGEST_SECRET = 1024
_RULE = {"minLength": LEAST_CHARACTERS, "maxLength": MOST_CHARACTERS, "format": "password"}

GivenPassword = Annotated[
    Text, Field(min_length=1, max_length=_LONGEST_SECRET, json_schema_extra={"format": "password"})
]
"""A password that somebody logs in with."""

NewPassword = Annotated[Text, Field(max_length=_LONGEST_SECRET, json_schema_extra=_RULE)]
"""One that somebody chooses: held against the rules (`password_fault`) once it is normalized."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def password_fault(password: str, known: Iterable[str]) -> str | None:
    """Why a new password is refused, or nothing; `known` are words that an attacker would try first.

    Characters are counted as code points after NFKC; no kind of character is asked for. Takes milliseconds.
    """
    text = _prepared(password)
    if not LEAST_CHARACTERS <= len(text) <= MOST_CHARACTERS:
        return f"must have {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters"
    # Its lists of common passwords and words take 15 MiB: only a process that registers people needs them.
    from zxcvbn import zxcvbn

    if zxcvbn(text, user_inputs=list(known), max_length=MOST_CHARACTERS)["score"] < _WEAKEST:
        return "is common, repeated, a sequence, or made of what is known about you; choose another"
    return None


def hash_password(password: str) -> str:
    """`$argon2id$…` with a fresh salt. Takes tens of milliseconds of CPU: never on an event loop."""
    return _hasher.hash(_prepared(password))


def is_password(password: str, phc: str) -> bool:
    """Whether `phc` is of this password; takes as long either way. Never on an event loop."""
    try:
        return _hasher.verify(phc, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(phc: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(phc)


def _prepared(password: str) -> str:
    return normalize("NFKC", password)


def too_many_at_once() -> ProblemError:
    """A 503: others wait for their turn already."""
    detail = "Too many passwords are being checked; try again soon."
    return ProblemError(UNAVAILABLE, detail, headers={"Retry-After": "3"})
