"""A scanner that knows one file, and clamd: nothing is clean that nobody has scanned (template-owned)."""

from collections.abc import AsyncIterator

import pytest
from tests.antivirus.files import FILES, answering, clamd_settings
from tests.api.conftest import SettingsOf
from tests.commands import free_port

from app.api.antivirus.scanners import Scanner, open_scanner
from app.kit.antivirus.clamd import ScanRefusedError
from app.kit.problems import ProblemError

REAL = pytest.param("real", marks=pytest.mark.integration("CLAMAV_HOST"))
TOO_LARGE = b"INSTREAM size limit exceeded. ERROR\x00"


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 50_000):
        yield content[start : start + 50_000]


@pytest.mark.parametrize("backend", ["embedded", REAL])
async def test_both_find_the_test_file_and_nothing_in_others(settings_anywhere: SettingsOf, backend: str) -> None:
    given = clamd_settings() if backend == "real" else {}
    async with open_scanner(settings_anywhere(**given)) as scanner:
        assert scanner.backend == backend
        await scanner.ping()
        for content, is_bad in FILES:
            assert bool(await scanner.scan(pieces(content))) is is_bad


async def refused(scanner: Scanner, content: bytes = b"x") -> str:
    with pytest.raises(ProblemError) as problem:
        await scanner.scan(pieces(content))
    assert (problem.value.kind.status, int(problem.value.headers["Retry-After"]) >= 1) == (503, True)
    return type(problem.value.__cause__).__name__


async def test_a_scanner_that_is_away_is_left_alone_after_some_calls(settings_anywhere: SettingsOf) -> None:
    away = {"CLAMAV_HOST": "127.0.0.1", "CLAMAV_PORT": str(free_port())}
    async with open_scanner(settings_anywhere(**away)) as scanner:
        assert [await refused(scanner) for _ in range(4)] == [*["ConnectionRefusedError"] * 3, "CircuitOpenError"]
        assert scanner.is_resting


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"what?\x00"])
async def test_no_answer_is_not_taken_for_a_clean_file(settings_anywhere: SettingsOf, answer: bytes) -> None:
    with answering(answer, after=10) as given:
        async with open_scanner(settings_anywhere(**given)) as scanner:
            assert await refused(scanner) in ("NoAnswerError", "ConnectionResetError", "BrokenPipeError")


async def test_a_scanner_that_hangs_is_given_up(settings_anywhere: SettingsOf) -> None:
    with answering(b"stream: OK\x00", after=10_000) as given:
        async with open_scanner(settings_anywhere(**{**given, "CLAMAV_TIMEOUT": "200ms"})) as scanner:
            assert await refused(scanner) == "TimeoutError"


async def test_a_file_that_is_too_large_for_it_is_no_failure_of_the_scanner(settings_anywhere: SettingsOf) -> None:
    with answering(TOO_LARGE, after=100) as given:
        async with open_scanner(settings_anywhere(**given)) as scanner:
            for _ in range(4):
                with pytest.raises(ScanRefusedError, match="StreamMaxLength"):
                    await scanner.scan(pieces(b"x" * 82))
            assert not scanner.is_resting


async def test_a_scanner_is_found_by_the_path_of_its_socket(settings_anywhere: SettingsOf) -> None:
    async with open_scanner(settings_anywhere(CLAMAV_HOST="/nowhere/clamd.sock")) as scanner:
        assert await refused(scanner) == "FileNotFoundError"
