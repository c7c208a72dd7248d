"""`just upgrade` (template-owned): the date in uv.toml."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.dev.stand_in import StandIn

from app.dev.upgrade import move_date

TO = datetime(2027, 3, 14, 15, 9, 26, tzinfo=UTC)
LATER = "2027-03-14T00:00:00Z"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('exclude-newer = "2026-11-15T00:00:00Z"\n', f'exclude-newer = "{LATER}"\n'),
        ("# why\r\n\r\nexclude-newer='2026-11-15' # pin\r\n", f"# why\r\n\r\nexclude-newer='{LATER}' # pin\r\n"),
        (
            'exclude-newer = "2027-03-13T23:00:00-05:00"\n[pip]\nexclude-newer = "2020-01-01"',
            'exclude-newer = "2027-03-13T23:00:00-05:00"\n[pip]\nexclude-newer = "2020-01-01"',
        ),
    ],
    ids=["plain", "bytes around it stay", "a later moment in another zone stays"],
)
def test_the_date_moves_and_nothing_else(before: str, after: str) -> None:
    assert move_date(before, TO) == after


@pytest.mark.parametrize(
    "text",
    [
        'exclude-newer = "2027-03-14T00:00:00Z"\n',
        'exclude-newer = "2031-01-01T00:00:00Z"\n',
        'exclude-newer = "7 days"\n',
        '# exclude-newer = "2020-01-01"\n',
        'exclude-newer-package = { uv = "2020-01-01" }\n',
        '[pip]\nexclude-newer = "2020-01-01"\n',
        "",
    ],
    ids=["same day", "never back", "relative", "comment", "another key", "another table", "empty"],
)
def test_what_is_no_earlier_date_of_ours_stays(text: str) -> None:
    assert move_date(text, TO) == text


def test_the_day_is_that_of_utc() -> None:
    evening = datetime(2027, 3, 13, 22, 0, tzinfo=timezone(timedelta(hours=-5)))

    assert move_date('exclude-newer = "2026-11-15"', evening) == f'exclude-newer = "{LATER}"'


@pytest.fixture
def project(service: StandIn) -> StandIn:
    """A service whose `uv` and `just` only say how they were called."""
    service.script("uv", "import sys; print('uv', *sys.argv[1:])")
    service.script("just", "import sys; print('just', *sys.argv[1:])")
    (service.folder / "uv.toml").write_text('exclude-newer = "2020-01-01T00:00:00Z"\n')
    return service


def pin(project: StandIn) -> str:
    return (project.folder / "uv.toml").read_text()


def test_it_moves_locks_and_checks(project: StandIn) -> None:
    done = project.run("-um", "app.dev.upgrade")
    week_ago = datetime.now(UTC) - timedelta(days=7)

    assert done.returncode == 0, done.stderr
    assert pin(project) == f'exclude-newer = "{week_ago:%Y-%m-%d}T00:00:00Z"\n'
    assert done.stdout.splitlines() == [
        f"exclude-newer moves from 2020-01-01T00:00:00Z to {week_ago:%Y-%m-%d}T00:00:00Z",
        "uv lock --upgrade",
        "just check",
    ]


def test_a_lock_that_fails_puts_the_date_back(project: StandIn) -> None:
    project.script("uv", "raise SystemExit(2)")
    done = project.run("-m", "app.dev.upgrade")

    assert done.returncode == 1
    assert done.stderr == "upgrade: uv could not lock (see above); uv.toml is as it was\n"
    assert pin(project) == 'exclude-newer = "2020-01-01T00:00:00Z"\n'


def test_a_check_that_fails_keeps_the_lock_and_says_so(project: StandIn) -> None:
    project.script("just", "raise SystemExit(3)")
    done = project.run("-m", "app.dev.upgrade")

    assert done.returncode == 1
    assert "uv.lock holds the new versions, but a check fails" in done.stderr


def test_without_a_date_it_says_that_nothing_pins(project: StandIn) -> None:
    Path(project.folder, "uv.toml").write_text("")
    done = project.run("-um", "app.dev.upgrade")

    assert done.stdout.splitlines()[0] == "uv.toml has no exclude-newer: nothing pins, the newest versions count"
    assert done.stdout.splitlines()[1:] == ["uv lock --upgrade", "just check"]
