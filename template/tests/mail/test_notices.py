"""Whom mail warns of what happens to an account, from the request to the folder (template-owned)."""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.commands import scratch_database, serving, working

MEMBER, PASSWORD, FRESH = "member@acme.example", "correct horse battery staple", "another long enough sentence"


@pytest.fixture
def database_url() -> Iterator[str]:
    with scratch_database("notices", "migrate", "seed") as url:
        yield url


def await_subjects(folder: Path, number: int) -> list[str]:
    """The subjects of the first mails, oldest first; each is to the member."""
    deadline = time.monotonic() + 30
    while len(files := sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)) < number:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert {message["To"].addresses[0].addr_spec for message in messages} == {MEMBER}
    return [message["Subject"] for message in messages]


def test_a_new_device_and_a_new_password_are_told(database_url: str, tmp_path: Path) -> None:
    given = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path)}
    account, told = {"email": MEMBER, "password": PASSWORD}, tmp_path / "mail"
    with serving(tmp_path / "log", **given) as service, working(tmp_path / "work.log", **given):
        # The first device of all is no news, nor is another version of it.
        for agent in ("Firefox/120.0", "Firefox/121.0", "Difference Engine"):
            answer = service.client.post("/api/v1/auth/login", json=account, headers={"User-Agent": agent})
            assert answer.status_code == 200
        assert await_subjects(told, 1) == ["A new device has logged in"]

        changed = service.client.post(
            "/api/v1/auth/password/change",
            json={"current_password": PASSWORD, "new_password": FRESH},
            headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
        )
        assert changed.status_code == 204
        assert await_subjects(told, 2) == ["A new device has logged in", "Your password was changed"]
