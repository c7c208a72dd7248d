"""Log lines in the guide's shape (template-owned; guide, "Logging Structure")."""

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import stamina
import structlog
from prometheus_client import generate_latest
from tests.environment import core_settings

from app.kit.logs import RequestRecord, configure_logs, current_request, current_trace
from app.kit.service import this_service
from app.kit.trace import Trace

Written = Callable[[], list[dict[str, Any]]]

KEYS = [
    "timestamp",
    "level",
    "service",
    "version",
    "environment",
    "trace_id",
    "span_id",
    "parent_span_id",
    "request",
    "message",
    "data",
]
REQUEST = RequestRecord("r-1", "POST", "/api/v1/things", "192.0.2.7", "curl/8", user_id="u-1", org_id="o-1")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """The lines on standard output since the last call, read as JSON."""
    # Not capsys, which closes its stream between a fixture and its test.
    stream = StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    configure_logs(core_settings(SERVICE_VERSION="1.2.3"))

    def written() -> list[dict[str, Any]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return written


@pytest.fixture
def _in_request() -> Iterator[None]:
    request = current_request.set(REQUEST)
    trace = current_trace.set(Trace("a" * 32, "b" * 16, "c" * 16))
    yield
    current_trace.reset(trace)
    current_request.reset(request)


@pytest.mark.usefixtures("_in_request")
def test_a_line_of_a_request_has_the_guides_members_in_its_order(written: Written) -> None:
    structlog.stdlib.get_logger("app.test").info("Task created", task_id="t-1", duration_ms=125)

    (line,) = written()
    assert list(line) == [*KEYS, "duration_ms"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("timestamp"))
    assert line == {
        "level": "info",
        "service": this_service().slug,
        "version": "1.2.3",
        "environment": "test",
        "trace_id": "a" * 32,
        "span_id": "b" * 16,
        "parent_span_id": "c" * 16,
        "request": {
            "id": "r-1",
            "method": "POST",
            "path": "/api/v1/things",
            "user_id": "u-1",
            "org_id": "o-1",
            "ip": "192.0.2.7",
            "user_agent": "curl/8",
        },
        "message": "Task created",
        "data": {"task_id": "t-1"},
        "duration_ms": 125,
    }
    assert list(line["request"]) == ["id", "method", "path", "user_id", "org_id", "ip", "user_agent"]


def test_a_line_outside_a_request_has_the_same_members(written: Written) -> None:
    structlog.stdlib.get_logger("app.test").warning("careful")

    (line,) = written()
    assert list(line) == KEYS
    assert (line["level"], line["request"], line["parent_span_id"], line["data"]) == ("warning", None, None, {})
    assert re.fullmatch("[0-9a-f]{32}", line["trace_id"])
    assert re.fullmatch("[0-9a-f]{16}", line["span_id"])


def test_the_standard_librarys_loggers_take_the_same_shape(written: Written) -> None:
    logging.getLogger("server.error").error("port %d of %s", 80, "here", extra={"reason": "taken"})

    (line,) = written()
    assert list(line) == KEYS
    assert (line["level"], line["message"], line["data"]) == ("error", "port 80 of here", {"reason": "taken"})


@pytest.mark.parametrize("logger", [logging.getLogger("lib"), structlog.stdlib.get_logger("app.test")])
def test_an_exception_is_one_line_with_its_traceback(written: Written, logger: Any) -> None:
    try:
        raise LookupError("no such thing")
    except LookupError:
        logger.exception("it failed")

    (line,) = written()
    assert (line["level"], line["message"]) == ("error", "it failed")
    assert line["data"]["exception"].startswith("Traceback (most recent call last):\n")
    assert line["data"]["exception"].endswith("LookupError: no such thing")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("\ud800", "'\\ud800'"),
        (2**80, "1208925819614629174706176"),
        (object, "<class 'object'>"),
        (b"\xff", "b'\\xff'"),
        ({1: {2}}, {"1": "{2}"}),
        (float("nan"), None),
    ],
    ids=["surrogate", "large", "class", "bytes", "keys", "nan"],
)
def test_any_value_can_be_logged(written: Written, value: Any, shown: Any) -> None:
    structlog.stdlib.get_logger("app.test").info("odd", value=value)

    (line,) = written()
    assert line["data"] == {"value": shown}


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(core_settings(LOG_LEVEL="error"))
    structlog.stdlib.get_logger("app.test").warning("careful")
    logging.getLogger("lib").warning("careful")

    assert capsys.readouterr().out == ""


def test_people_get_text_and_tracebacks_without_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(core_settings(LOG_FORMAT="console"))
    secret = "hunter2"
    try:
        raise LookupError(len(secret))
    except LookupError:
        structlog.stdlib.get_logger("app.console").exception("it failed", thing="x")

    out = capsys.readouterr().out
    assert "it failed" in out
    assert "thing=x" in out
    assert "LookupError: 7" in out
    assert out.count("hunter2") <= 1  # the source line may be quoted, the variable's value not


def test_a_value_that_holds_itself_is_logged_too(written: Written) -> None:
    circle: list[Any] = []
    circle.append(circle)
    structlog.stdlib.get_logger("app.test").info("round \udcff", circle=circle, fine=1)

    (line,) = written()
    assert list(line) == KEYS
    assert (line["message"], line["data"]) == ("'round \\udcff'", {"circle": "[[...]]", "fine": 1})


def test_a_retry_is_a_line_without_what_the_function_was_given(written: Written) -> None:
    @stamina.retry(on=LookupError, attempts=2, wait_initial=0, wait_jitter=0)
    def connect(_password: str, key: str) -> None:
        raise LookupError("not there")

    with pytest.raises(LookupError):
        connect("hunter2", key="hunter2")

    (line,) = written()
    assert line["message"] == "trying again"
    assert line["data"].pop("what").endswith("connect")
    assert line["data"] == {"attempt": 2, "in_seconds": 0.0, "cause": "LookupError('not there')"}


def test_retries_are_in_no_metric_of_their_own(written: Written) -> None:
    test_a_retry_is_a_line_without_what_the_function_was_given(written)

    # By name: another test of this process may have tried again before logs were set up.
    assert b"test_logs" not in generate_latest()


def test_a_library_that_repeats_itself_gets_a_line_a_minute(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for seconds in (0, 1, 59, 61, 62):
        now = 1000.0 + seconds
        logging.getLogger("opentelemetry.exporter").error("down after %d", seconds)
        logging.getLogger("other").error("something else")

    messages = [line["message"] for line in written()]
    assert [each for each in messages if each != "something else"] == ["down after 0", "down after 61"]
    assert messages.count("something else") == 5
