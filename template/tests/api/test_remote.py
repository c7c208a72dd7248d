"""Calls to remote servers: tried twice at most, in time, and not at all for a while (template-owned)."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.api.remote import Failures, Remote
from app.kit.breaker import CircuitOpenError
from app.kit.problems import ProblemError


class UnreachedError(Exception):
    """Nothing was sent."""


@pytest.fixture
def remote() -> Remote:
    return Remote("The test server", Failures(unreached=(UnreachedError,)), seconds=0.2)


class Work:
    """Fails as it is told to, then answers."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


async def _cause(call: Callable[[], Awaitable[object]]) -> tuple[int, str, type[object]]:
    with pytest.raises(ProblemError) as caught:
        await call()
    return caught.value.kind.status, caught.value.detail, type(caught.value.__cause__)


async def test_what_never_began_is_begun_once_more(remote: Remote) -> None:
    work = Work(UnreachedError())

    assert (await remote.call(work), work.calls) == ("answer", 2)


async def test_a_second_failure_to_begin_is_a_503(remote: Remote) -> None:
    work = Work(UnreachedError(), UnreachedError())

    assert await _cause(lambda: remote.call(work)) == (
        503,
        "The test server does not answer; try again soon.",
        UnreachedError,
    )
    assert work.calls == 2


async def test_what_broke_off_in_the_middle_is_not_repeated(remote: Remote) -> None:
    work = Work(ConnectionResetError())

    assert (await _cause(lambda: remote.call(work)))[2] is ConnectionResetError
    assert work.calls == 1


async def test_a_silent_server_is_waited_for_no_longer_than_the_limit(remote: Remote) -> None:
    began = asyncio.get_running_loop().time()

    assert (await _cause(lambda: remote.call(lambda: asyncio.sleep(30))))[2] is TimeoutError
    assert 0.2 <= asyncio.get_running_loop().time() - began < 3


async def test_a_server_that_says_no_is_well(remote: Remote) -> None:
    for _ in range(5):
        with pytest.raises(LookupError):
            await remote.call(Work(LookupError()))

    assert await remote.call(Work()) == "answer"


async def test_a_server_that_failed_three_times_is_left_alone(remote: Remote) -> None:
    for _ in range(3):
        await _cause(lambda: remote.call(Work(ConnectionResetError())))
    work = Work()

    assert remote.is_resting is True
    assert (await _cause(lambda: remote.call(work)))[2] is CircuitOpenError
    assert work.calls == 0
