"""The process that ends what a killed parent left (template-owned)."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.dev.processes import living, wait_until

from app.dev.processes import DevelopmentError, start_process, stop_process
from app.dev.reaper import Reaper

PARENT = """
import signal, sys, time
from app.dev.processes import start_process
from app.dev.reaper import Reaper
reaper = Reaper.start()
started = start_process(["sh", "-c", "sleep 60 & sleep 60"], reaper=reaper)
print(started.pid, reaper._process.pid, flush=True)
time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"


@pytest.fixture
def reaper() -> Iterator[Reaper]:
    with Reaper.start() as started:
        yield started


def test_kill_minus_nine_of_the_parent_ends_the_whole_group() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env={"PYTHONPATH": "src"})
    with parent:
        assert parent.stdout
        started, reaper = map(int, parent.stdout.readline().split())
        assert living({started, reaper}) == {started, reaper}
        parent.kill()

    assert wait_until(lambda: not living({started, reaper}))


def test_close_ends_what_is_watched_and_returns_when_it_is_gone(reaper: Reaper) -> None:
    process = start_process(["sleep", "60"], reaper=reaper)

    reaper.close()

    assert process.wait(30) == -signal.SIGINT


def test_what_is_forgotten_is_left_alone(reaper: Reaper) -> None:
    process = start_process(["sleep", "60"], reaper=reaper)
    reaper.forget(process.pid)

    reaper.close()

    assert process.poll() is None
    stop_process(process)


def test_signals_do_not_reach_the_reaper(reaper: Reaper) -> None:
    process = start_process(["sleep", "60"], reaper=reaper)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        reaper._process.send_signal(number)

    reaper.close()

    assert process.wait(30) == -signal.SIGINT
    assert reaper._process.returncode == 0


def test_nothing_is_started_unwatched(reaper: Reaper) -> None:
    reaper.close()

    with pytest.raises(DevelopmentError, match="was killed; start again"):
        start_process(["sleep", "60"], reaper=reaper)


def test_stop_kills_what_refuses_to_end(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        process = start_process([sys.executable, "-c", STUBBORN], output=log)
    assert wait_until((tmp_path / "log").read_text)

    stop_process(process, within=0.2)

    assert process.returncode == -signal.SIGKILL
