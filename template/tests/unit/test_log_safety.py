"""Log lines that nothing people send can forge, and that hold no secret (template-owned)."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from tests.environment import core_settings

from app.kit.logs import RequestRecord, configure_logs, current_request

TRICKS = [
    "\r\n[info] b",
    "\n{}",
    "\n[error] b",
    "\x1b[2J\x1b[31m",
    "\x9b31m",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\x00",
]
STEERING = {*map(chr, [*range(10), *range(11, 32), *range(0x80, 0xA0)]), "\u2028", "\u2029", "\u202e"}


@contextmanager
def _request_of(record: RequestRecord) -> Iterator[None]:
    request = current_request.set(record)
    yield
    current_request.reset(request)


def _log_everywhere(trick: str) -> None:
    """Have `trick` in every member of a line that others choose."""
    request = RequestRecord("r-1", f"GET{trick}", f"/a{trick}", f"192.0.2.7{trick}", f"curl{trick}")
    with _request_of(request):
        try:
            raise LookupError(f"no{trick}such")
        except LookupError:
            log = structlog.stdlib.get_logger("app.test")
            log.exception(f"a{trick}b", value=f"c{trick}d", deep={f"k{trick}": [f"e{trick}f"]}, **{f"n{trick}": 1})
        logging.getLogger("lib").warning("%s", f"a{trick}b", extra={"value": f"c{trick}d"})


@pytest.mark.parametrize("trick", TRICKS)
def test_no_member_of_a_line_can_forge_another(capsys: pytest.CaptureFixture[str], trick: str) -> None:
    configure_logs(core_settings())
    _log_everywhere(trick)

    out = capsys.readouterr().out
    # What some readers take for the end of a line counts too.
    first, second = (json.loads(line) for line in out.splitlines())
    assert not set(out) & STEERING
    assert (first["message"], first["data"]["value"]) == (f"a{trick}b", f"c{trick}d")
    texts = [first["request"][name] for name in ("method", "path", "ip", "user_agent")]
    assert texts == [f"GET{trick}", f"/a{trick}", f"192.0.2.7{trick}", f"curl{trick}"]
    assert first["data"][f"n{trick}"] == 1
    assert first["data"]["deep"] == {f"k{trick}": [f"e{trick}f"]}
    assert first["data"]["exception"].endswith(f"LookupError: no{trick}such")
    assert (second["message"], second["data"]["value"]) == (f"a{trick}b", f"c{trick}d")


@pytest.mark.parametrize("trick", TRICKS)
def test_no_member_can_forge_a_line_for_people(capsys: pytest.CaptureFixture[str], trick: str) -> None:
    configure_logs(core_settings(LOG_FORMAT="console"))
    _log_everywhere(trick)

    out = capsys.readouterr().out
    assert not set(out) & STEERING
    lines = out.splitlines()
    assert lines[0].startswith("[error")
    assert lines[-1].startswith("[warning")
    # A traceback has lines of its own, all of them indented.
    assert all(line.startswith("    ") for line in lines[1:-1])


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_is_written_wherever_it_stands(capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    configure_logs(core_settings(LOG_FORMAT=log_format))
    canary = "hunter2hunter2"
    jwt = f"eyJ{canary}.eyJ{canary}.{canary}"
    log = structlog.stdlib.get_logger("app.test")
    with _request_of(RequestRecord("r-1", "GET", f"/a/{jwt}", None, f"curl Bearer {canary}")):
        log.info(f"Bearer {canary} and {jwt}", password=canary, deep=[{"api_key": canary}, f"redis://:{canary}@c"])
        logging.getLogger("lib").warning("cookie: %s", canary, extra={"token": canary, "hash": f"$argon2id${canary}"})
        try:
            raise LookupError(f"-----BEGIN PRIVATE KEY-----{canary}")
        except LookupError:
            log.exception("it failed", stack_info=True)

    out = capsys.readouterr().out
    assert canary not in out
    assert out.count("[redacted]") >= 9


def test_texts_that_a_caller_chooses_are_cut() -> None:
    record = RequestRecord("r-1", "GET", "/" + "a" * 5000, None, "b" * 5000)

    assert record.path == "/" + "a" * 999
    assert record.user_agent == "b" * 1000
