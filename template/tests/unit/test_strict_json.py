"""JSON with one meaning (template-owned; RFC 8259, RFC 7493)."""

import json
import math
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.strict_json import parse_json, write_json

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), children),
    max_leaves=20,
)


@given(DOCUMENTS)
def test_what_was_written_is_read_back(document: object) -> None:
    assert parse_json(json.dumps(document).encode()) == document
    assert parse_json(json.dumps(document, ensure_ascii=False).encode()) == document


@given(st.binary())
def test_any_bytes_are_a_document_or_refused(data: bytes) -> None:
    try:
        document = parse_json(data)
    except ValueError:
        return
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{} {}",
        b"{'a': 1}",
        b"[1,]",
        b"// comment\n1",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b"01",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
    ],
    ids=str,
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(data)


@pytest.mark.parametrize("data", [b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "\\u0061": 2}}]'])
def test_a_key_that_stands_twice_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="a key stands twice in an object"):
        parse_json(data)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_sixty_four_levels_are_the_most(opening: str, closing: str) -> None:
    inner = "1" if opening != "[" else ""
    assert parse_json((opening * 64 + inner + closing * 64).encode())

    with pytest.raises(ValueError, match="nested too deep"):
        parse_json((opening * 65 + inner + closing * 65).encode())


def test_a_bottomless_document_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(b"[" * 1_000_000)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_a_number_may_be_as_large_as_it_likes_if_it_is_whole() -> None:
    assert parse_json(b"123456789012345678901234567890") == 123456789012345678901234567890
    assert math.isfinite(parse_json(b"1e300"))


def test_times_ids_and_mappings_are_written_as_the_contract_says() -> None:
    value = {"at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "id": UUID(int=1), "of": MappingProxyType({"n": None})}

    assert write_json(value) == (
        b'{"at":"2026-01-02T03:04:05.000000Z","id":"00000000-0000-0000-0000-000000000001","of":{"n":null}}'
    )


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError):
        write_json({"value": object()})
