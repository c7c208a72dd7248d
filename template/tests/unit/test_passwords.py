"""Passwords: which are good enough, and how they are kept (template-owned; NIST SP 800-63B-4)."""

import pytest

from app.kit.passwords import NOBODYS_HASH, hash_password, is_outdated, is_password, password_fault

GOOD = "lanterns drift over quiet harbours"
KNOWN = ("ada.lovelace@example.org", "ada.lovelace", "Ada Lovelace", "Analytical Engines")
LENGTH = "must have 15 to 128 characters"
WEAK = "is common, repeated, a sequence, or made of what is known about you; choose another"
LONG = GOOD + "; eleven otters argue about marmalade, tram fares and jazz, while four clerks nap in a quiet lighthouse"


def test_a_phrase_is_good_enough() -> None:
    assert password_fault(GOOD, KNOWN) is None


@pytest.mark.parametrize(("length", "fault"), [(0, LENGTH), (14, LENGTH), (15, None), (128, None), (129, LENGTH)])
def test_a_password_has_15_to_128_characters(length: int, fault: str | None) -> None:
    assert password_fault(LONG[:length], KNOWN) == fault


def test_characters_are_counted_as_code_points_after_nfkc() -> None:
    assert password_fault("e\u0301" * 2 + "zqj wvk xup y", KNOWN) is None
    assert password_fault("e\u0301" * 2 + "zqj wvk xup ", KNOWN) == LENGTH
    assert password_fault("\U0001f680\U0001f40d\U0001f9ca" + "zqj wvk xup", KNOWN) == LENGTH


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "passwordpassword",
        "qwertyuiopasdfgh",
        "ada.lovelace@example.org",
        "ADA.LOVELACE@EXAMPLE.ORG",
        "Analytical Engines",
    ],
)
def test_a_weak_one_is_refused(password: str) -> None:
    assert password_fault(password, KNOWN) == WEAK


def test_a_hash_says_how_it_was_made_and_is_never_the_same() -> None:
    first, second = (hash_password(GOOD) for _ in range(2))

    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert not is_outdated(first)


@pytest.mark.parametrize("other", [GOOD.upper(), f"{GOOD} ", GOOD[:-1], ""])
def test_only_the_password_itself_is_the_password(other: str) -> None:
    phc = hash_password(GOOD)

    assert is_password(GOOD, phc)
    assert not is_password(other, phc)


def test_a_password_is_the_same_in_either_unicode_form() -> None:
    assert is_password("gleise u\u0308ber O\u0308l", hash_password("gleise \u00fcber \u00d6l"))


def test_a_long_password_counts_to_its_end() -> None:
    phc = hash_password(f"{LONG[:127]}x")

    assert is_password(f"{LONG[:127]}x", phc)
    assert not is_password(f"{LONG[:127]}y", phc)
    assert not is_password(LONG[:127], phc)


@pytest.mark.parametrize("password", ["", GOOD, "A" * 22])
def test_nobodys_hash_is_of_no_password(password: str) -> None:
    assert not is_password(password, NOBODYS_HASH)
    assert not is_outdated(NOBODYS_HASH)


@pytest.mark.parametrize("phc", ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "!", f"argon2{NOBODYS_HASH}"])
def test_what_is_no_hash_is_of_no_password(phc: str) -> None:
    assert not is_password(GOOD, phc)


def test_a_hash_with_other_parameters_is_outdated() -> None:
    assert is_outdated("$argon2id$v=19$m=9216,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43)
