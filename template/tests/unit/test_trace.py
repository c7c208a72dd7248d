"""Trace ids (template-owned; W3C Trace Context)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.trace import Trace, continue_trace, new_trace

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def _is_new(trace: Trace) -> bool:
    hexadecimal = re.fullmatch("[0-9a-f]{32}", trace.trace_id) and re.fullmatch("[0-9a-f]{16}", trace.span_id)
    return bool(hexadecimal) and trace.parent_span_id is None and trace.trace_id != TRACE


def test_each_trace_is_its_own() -> None:
    assert _is_new(new_trace())
    assert new_trace() != new_trace()


@pytest.mark.parametrize("version", ["00", "01", "fe"])
def test_a_callers_trace_goes_on_with_a_new_span(version: str) -> None:
    trace = continue_trace(f"{version}-{TRACE}-{PARENT}-01")

    assert (trace.trace_id, trace.parent_span_id) == (TRACE, PARENT)
    assert trace.span_id != PARENT


def test_a_later_version_may_say_more() -> None:
    assert continue_trace(f"01-{TRACE}-{PARENT}-01-more").trace_id == TRACE


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "rubbish",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01\n",
    ],
)
def test_a_broken_header_begins_a_trace_of_its_own(header: str | None) -> None:
    assert _is_new(continue_trace(header))


@pytest.mark.parametrize(("flags", "sampled"), [("00", False), ("01", True), ("02", False), ("03", True), ("ff", True)])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_caller_decides_whether_a_trace_is_sampled(flags: str, sampled: bool, share: float) -> None:
    assert continue_trace(f"00-{TRACE}-{PARENT}-{flags}", share).sampled is sampled


def test_a_share_of_own_traces_is_sampled() -> None:
    assert not any(new_trace(0.0).sampled for _ in range(200))
    assert all(new_trace(1.0).sampled for _ in range(200))
    assert 350 < sum(continue_trace(None, 0.5).sampled for _ in range(1000)) < 650


@pytest.mark.parametrize(("sampled", "flags"), [(True, "01"), (False, "00")])
def test_a_service_that_is_called_gets_the_trace_and_the_decision(sampled: bool, flags: str) -> None:
    trace = Trace(TRACE, PARENT, None, sampled)

    assert trace.traceparent == f"00-{TRACE}-{PARENT}-{flags}"
    assert continue_trace(trace.traceparent).sampled is sampled
    assert continue_trace(trace.traceparent).parent_span_id == PARENT


@given(st.text())
def test_no_header_can_break_it(header: str) -> None:
    assert re.fullmatch("[0-9a-f]{32}", continue_trace(header).trace_id)
