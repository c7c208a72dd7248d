"""The entry point `keys` (template-owned)."""

import re
from pathlib import Path

import pytest

from app.dev.keys import has_keys, main, make_keys


def test_it_makes_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret.key"

    assert make_keys({"SECRET_KEY_PATH": str(path)}) == f"Made {path}; it is secret and never committed"
    assert re.fullmatch(r"[0-9a-f]{64}\n", path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_default_is_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_keys({})

    assert [str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")] == ["keys/secret.key"]


def test_a_key_that_is_there_is_kept(tmp_path: Path) -> None:
    environment = {"SECRET_KEY_PATH": str(tmp_path / "key")}
    make_keys(environment)
    before = (tmp_path / "key").read_bytes()

    assert "is there and was kept; `just keys --rotate` puts a new key first" in make_keys(environment)
    assert (tmp_path / "key").read_bytes() == before


def test_rotation_puts_the_new_key_first(tmp_path: Path) -> None:
    environment = {"SECRET_KEY_PATH": str(tmp_path / "key")}
    (tmp_path / "key").write_text("new\n\nold\n")
    said = make_keys(environment, rotate=True)
    first, *previous = (tmp_path / "key").read_text().splitlines()

    assert len(first) == 64
    assert previous == ["new", "old"]
    assert said == f"Put a new key first in {tmp_path / 'key'} (2 kept below it); restart the service to use it"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_a_key_in_the_environment_decides(tmp_path: Path) -> None:
    path = tmp_path / "key"
    environment = {"SECRET_KEY": "x" * 64, "SECRET_KEY_PATH": str(path)}

    assert make_keys(environment) == "SECRET_KEY is set in the environment, which decides: nothing was written"
    assert has_keys(environment)
    assert not path.exists()


def test_a_file_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SECRET_KEY_PATH", str(tmp_path / "file" / "secret.key"))
    monkeypatch.delenv("SECRET_KEY", raising=False)

    assert main([]) == 1
    assert capsys.readouterr().err.endswith(": File exists; set SECRET_KEY_PATH to another file\n")
