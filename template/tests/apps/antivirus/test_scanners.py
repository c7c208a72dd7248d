"""A scanner that knows one file, and clamd: nothing is clean that nobody has scanned (template-owned)."""

from collections.abc import Iterator

import pytest
from tests.antivirus.files import FILES, answering, clamd_settings
from tests.commands import free_port
from tests.environment import settings_of

from app.apps.antivirus.scanners import Scanner, open_scanner
from app.kit.antivirus.clamd import ScanRefusedError
from app.kit.problems import ProblemError

REAL = pytest.param("real", marks=pytest.mark.integration("CLAMAV_HOST"))
TOO_LARGE = b"INSTREAM size limit exceeded. ERROR\x00"


def pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 50_000):
        yield content[start : start + 50_000]


@pytest.mark.parametrize("backend", ["embedded", REAL])
def test_both_find_the_test_file_and_nothing_in_others(backend: str) -> None:
    scanner = open_scanner(settings_of(**(clamd_settings() if backend == "real" else {})))
    assert scanner.backend == backend
    scanner.ping()
    for content, is_bad in FILES:
        assert bool(scanner.scan(pieces(content))) is is_bad


def refused(scanner: Scanner, content: bytes = b"x") -> str:
    with pytest.raises(ProblemError) as problem:
        scanner.scan(pieces(content))
    assert (problem.value.kind.status, int(problem.value.headers["Retry-After"]) >= 1) == (503, True)
    return type(problem.value.__cause__).__name__


def test_a_scanner_that_is_away_is_left_alone_after_some_calls() -> None:
    scanner = open_scanner(settings_of(CLAMAV_HOST="127.0.0.1", CLAMAV_PORT=str(free_port())))
    assert [refused(scanner) for _ in range(4)] == [*["ConnectionRefusedError"] * 3, "CircuitOpenError"]
    assert scanner.is_resting


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"what?\x00"])
def test_no_answer_is_not_taken_for_a_clean_file(answer: bytes) -> None:
    with answering(answer, after=10) as given:
        why = refused(open_scanner(settings_of(**given)))
        assert why in ("NoAnswerError", "ConnectionResetError", "BrokenPipeError")


def test_a_scanner_that_hangs_is_given_up() -> None:
    with answering(b"stream: OK\x00", after=10_000) as given:
        assert refused(open_scanner(settings_of(**{**given, "CLAMAV_TIMEOUT": "200ms"}))) == "TimeoutError"


def test_a_file_that_is_too_large_for_it_is_no_failure_of_the_scanner() -> None:
    with answering(TOO_LARGE, after=100) as given:
        scanner = open_scanner(settings_of(**given))
        for _ in range(4):
            with pytest.raises(ScanRefusedError, match="StreamMaxLength"):
                scanner.scan(pieces(b"x" * 82))
        assert not scanner.is_resting


def test_a_scanner_is_found_by_the_path_of_its_socket() -> None:
    assert refused(open_scanner(settings_of(CLAMAV_HOST="/nowhere/clamd.sock"))) == "FileNotFoundError"
