"""What is said to a scanner, what it answers, and the one file that the embedded one knows (template-owned)."""

from datetime import timedelta

import pytest
from tests.environment import settings_of

from app.components import find_components
from app.components.antivirus import AntivirusSettings
from app.components.storage import holds_back
from app.kit.antivirus.clamd import NoAnswerError, ScanRefusedError, check_pong, framed, read_finding
from app.kit.antivirus.eicar import eicar_file, is_eicar


def test_a_piece_is_sent_with_its_length_before_it() -> None:
    assert framed(b"abc") == b"\x00\x00\x00\x03abc"
    assert framed(bytes(65_536))[:4] == b"\x00\x01\x00\x00"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"stream: OK\x00", None),
        (b"stream: Eicar-Test.UNOFFICIAL FOUND\x00", "Eicar-Test.UNOFFICIAL"),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\n\x00", "Win.Test.EICAR_HDB-1"),
    ],
)
def test_an_answer_says_what_was_found(answer: bytes, found: str | None) -> None:
    assert read_finding(answer) == found


def test_a_file_that_is_too_large_for_the_scanner_names_the_setting() -> None:
    with pytest.raises(ScanRefusedError, match="StreamMaxLength"):
        read_finding(b"INSTREAM size limit exceeded. ERROR\x00")


@pytest.mark.parametrize("answer", [b"", b"\x00", b"stream: ", b"hello\x00", b"OKAY\x00"])
def test_what_is_no_answer_is_never_taken_for_clean(answer: bytes) -> None:
    with pytest.raises(NoAnswerError):
        read_finding(answer)


def test_an_error_is_never_taken_for_clean() -> None:
    with pytest.raises(ScanRefusedError):
        read_finding(b"stream: Can't allocate memory ERROR\x00")


def test_a_ping_has_one_answer() -> None:
    check_pong(b"PONG\x00")
    with pytest.raises(NoAnswerError):
        check_pong(b"")


def test_the_test_file_is_known_at_the_beginning_alone() -> None:
    assert len(eicar_file()) == 68
    assert is_eicar(eicar_file() + b"\r\n")
    assert not is_eicar(b" " + eicar_file())
    assert not is_eicar(b"")


def test_where_it_is_on_no_file_is_given_out_before_it_is_scanned() -> None:
    assert holds_back(find_components())


def test_production_wants_a_real_scanner() -> None:
    embedded, real = (settings_of(**given).of(AntivirusSettings) for given in ({}, {"CLAMAV_HOST": "clamd"}))

    assert [name for name, _ in embedded.production_faults()] == ["CLAMAV_HOST"]
    assert list(real.production_faults()) == []
    assert (real.clamav_port, real.clamav_timeout) == (3310, timedelta(seconds=10))
