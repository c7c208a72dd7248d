"""The entry point `keys` (template-owned): the secret key, and what holds for all keys."""

import re
from pathlib import Path

import pytest
from tests.environment import signing_keys

from app.dev.keys import has_keys, main, make_keys
from app.dev.processes import DevelopmentError

PRIVATE, PUBLIC = signing_keys()
GIVEN_PAIR = {"JWT_PRIVATE_KEY": PRIVATE, "JWT_PUBLIC_KEY": PUBLIC}


def _secret(path: Path) -> dict[str, str]:
    return {"SECRET_KEY_PATH": str(path), **GIVEN_PAIR}


def _said(text: str) -> str:
    return text.splitlines()[0]


def test_it_makes_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret.key"

    assert _said(make_keys(_secret(path))) == f"Made {path}; it is secret and never committed"
    assert re.fullmatch(r"[0-9a-f]{64}\n", path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_defaults_are_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not has_keys({})
    make_keys({})

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")) == [
        "keys/private.pem",
        "keys/public.pem",
        "keys/secret.key",
    ]
    assert has_keys({})


def test_a_folder_that_has_only_the_secret_key_gets_the_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_keys({"JWT_PRIVATE_KEY": PRIVATE})
    secret = (tmp_path / "keys" / "secret.key").read_bytes()

    assert not has_keys({})
    assert make_keys({}).splitlines() == [
        "keys/secret.key is there and was kept; `just keys --rotate` puts a new key first",
        "Made keys/private.pem and keys/public.pem; the first is secret, neither is ever committed",
    ]
    assert has_keys({})
    assert (tmp_path / "keys" / "secret.key").read_bytes() == secret


def test_a_key_that_is_there_is_kept(tmp_path: Path) -> None:
    environment = _secret(tmp_path / "key")
    make_keys(environment)
    before = (tmp_path / "key").read_bytes()

    assert "is there and was kept; `just keys --rotate` puts a new key first" in _said(make_keys(environment))
    assert (tmp_path / "key").read_bytes() == before


def test_rotation_puts_the_new_key_first(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("new\n\nold\n")
    said = make_keys(_secret(tmp_path / "key"), "rotate")
    first, *previous = (tmp_path / "key").read_text().splitlines()

    assert len(first) == 64
    assert previous == ["new", "old"]
    assert _said(said) == f"Put a new key first in {tmp_path / 'key'} (2 kept below it, still accepted)"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_pruning_leaves_the_newest_key_and_says_what_is_no_longer_valid(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("new\nold\nolder\n")
    said = [_said(make_keys(_secret(tmp_path / "key"), "prune")) for _ in range(2)]

    assert (tmp_path / "key").read_text() == "new\n"
    assert said == [
        f"Removed 2 from {tmp_path / 'key'}: cursors made with them are refused, and whoever logged in while one of "
        "them was the newest has to log in again",
        f"{tmp_path / 'key'} holds one key: nothing was removed",
    ]


def test_pruning_where_a_key_is_missing_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text("new\nold\n")

    with pytest.raises(DevelopmentError, match=r"^not all keys are there, .*; run `just keys` first$"):
        make_keys({"SECRET_KEY_PATH": "key"}, "prune")
    assert (tmp_path / "key").read_text() == "new\nold\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


@pytest.mark.parametrize("change", ["make", "rotate", "prune"])
def test_keys_in_the_environment_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {"SECRET_KEY": "x" * 64, **GIVEN_PAIR}

    assert has_keys(environment)
    assert make_keys(environment, change).splitlines() == [  # type: ignore[arg-type]
        "SECRET_KEY is set in the environment, which decides: nothing was written",
        "JWT_PRIVATE_KEY and JWT_PUBLIC_KEY set in the environment, which decides: no key pair was written",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    for name, value in _secret(tmp_path / "file" / "secret.key").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SECRET_KEY", raising=False)

    assert main([]) == 1
    assert capsys.readouterr().err == (
        f"keys: {tmp_path / 'file' / 'secret.key'}: Not a directory; set SECRET_KEY_PATH to another file\n"
    )


def test_one_change_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--rotate", "--prune"])

    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err
