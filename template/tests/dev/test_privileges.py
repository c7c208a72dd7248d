"""Root runs PostgreSQL as somebody else (template-owned)."""

import os
import subprocess
from pathlib import Path

import pytest

from app.dev.embedded import EmbeddedServerError
from app.dev.postgres import start_postgres
from app.dev.privileges import NOBODY, ordinary_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs to be root")


def user_of(folder: Path) -> int:
    """Who a server with its files in `folder` would be."""
    account = ordinary_account(folder)
    assert account is not None
    done = subprocess.run([*account.prefix, "id", "-u"], capture_output=True, text=True, check=True)
    return int(done.stdout)


@as_root
def test_root_is_nobody_for_a_new_folder(tmp_path: Path) -> None:
    assert user_of(tmp_path / "new") == NOBODY


@as_root
def test_root_is_the_owner_of_a_folder_that_a_user_made(tmp_path: Path) -> None:
    os.chown(tmp_path, 1000, 1000)

    assert user_of(tmp_path) == 1000


@pytest.mark.skipif(os.geteuid() == 0, reason="needs to be an ordinary user")
def test_a_user_stays_who_they_are(tmp_path: Path) -> None:
    assert user_of(tmp_path) == os.geteuid()


@as_root
def test_root_without_a_way_to_be_another_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(
        EmbeddedServerError, match=r"refuses to run as root.*run as an ordinary user, or set DATABASE_URL"
    ):
        start_postgres(tmp_path / "data")
