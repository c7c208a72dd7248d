"""Refresh tokens: opaque, each derived from the one before (template-owned; RFC 9700)."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.refresh_tokens import child_of, hash_of, id_of, new_refresh_token

PARENT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"  # the bytes 0 to 31
FAMILY = UUID("00000000-0000-4000-8000-000000000001")
KEY = b"k" * 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def test_a_new_token_is_256_bits_that_nobody_has_seen() -> None:
    tokens = {new_refresh_token() for _ in range(200)}

    assert len(tokens) == 200
    assert all(TOKEN.fullmatch(token) for token in tokens)


def test_a_child_is_the_hmac_of_parent_family_and_generation() -> None:
    child = child_of(PARENT, family=FAMILY, generation=2, key=KEY)

    assert child == "TcsAKuo2Cx58qaSa1yGTjRI4HRpXVzs4iAyIMQGFzw8"


def test_a_child_is_the_same_whenever_it_is_derived() -> None:
    parent = new_refresh_token()
    children = {child_of(parent, family=FAMILY, generation=7, key=KEY) for _ in range(5)}

    assert len(children) == 1


@given(st.uuids(), st.integers(0, 2**32 - 1), st.binary(min_size=32, max_size=32))
def test_a_child_is_a_token_and_never_its_parent(family: UUID, generation: int, key: bytes) -> None:
    child = child_of(PARENT, family=family, generation=generation, key=key)

    assert TOKEN.fullmatch(child)
    assert child != PARENT


@pytest.mark.parametrize(
    ("parent", "family", "generation", "key"),
    [
        ("BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", FAMILY, 2, KEY),
        (PARENT, UUID("00000000-0000-4000-8000-000000000002"), 2, KEY),
        (PARENT, FAMILY, 3, KEY),
        (PARENT, FAMILY, 2 << 8, KEY),
        (PARENT, FAMILY, 2, b"n" * 32),
    ],
)
def test_another_parent_family_generation_or_key_has_another_child(
    parent: str, family: UUID, generation: int, key: bytes
) -> None:
    child = child_of(PARENT, family=FAMILY, generation=2, key=KEY)

    assert child_of(parent, family=family, generation=generation, key=key) != child


def test_a_hash_is_sha_256_of_the_text() -> None:
    assert hash_of("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_text_has_a_hash(text: str) -> None:
    assert len(hash_of(text)) == 32


def test_the_hash_of_a_token_does_not_hold_the_token() -> None:
    token = new_refresh_token()

    assert hash_of(token) != hash_of(token.swapcase())
    assert token not in hash_of(token).hex()


def test_a_keys_id_tells_keys_apart_and_gives_nothing_away() -> None:
    assert id_of(KEY) == "9edb17545396760a"
    assert id_of(KEY) != id_of(b"n" * 32)
    assert KEY.hex() not in id_of(KEY)
