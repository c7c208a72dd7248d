"""Secret keys and what is derived from them (template-owned; RFC 5869)."""

import os
from pathlib import Path

import pytest
from tests.environment import core_settings

from app.kit.secret_keys import derived_keys
from app.kit.settings import SettingsError

FIRST, SECOND = "1" * 32, "2" * 32


def test_a_key_is_hkdf_of_the_secret_and_the_purpose() -> None:
    keys = derived_keys(core_settings(SECRET_KEY=FIRST), "cursors")

    assert [key.hex() for key in keys] == ["c957c33f6eaf6669c5523e915cf62f394e00ffce7b4a277f15b2fba102aa00c0"]


def test_each_purpose_has_a_key_of_its_own() -> None:
    core = core_settings(SECRET_KEY=FIRST)

    assert derived_keys(core, "cursors") != derived_keys(core, "signed URLs")


def test_the_newest_line_is_the_first_key_and_old_lines_still_count() -> None:
    old = derived_keys(core_settings(SECRET_KEY=FIRST), "cursors")
    rotated = derived_keys(core_settings(SECRET_KEY=f"{SECOND}\n\n  {FIRST}  \n"), "cursors")

    assert len(rotated) == 2
    assert rotated[1] == old[0]


def test_the_key_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(f"{FIRST}\n")

    from_file = derived_keys(core_settings(SECRET_KEY="", SECRET_KEY_PATH=str(file)), "cursors")

    assert from_file == derived_keys(core_settings(SECRET_KEY=FIRST), "cursors")


def test_the_content_goes_before_the_file(tmp_path: Path) -> None:
    core = core_settings(SECRET_KEY=FIRST, SECRET_KEY_PATH=str(tmp_path / "none"))

    assert len(derived_keys(core, "cursors")) == 1


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(FIRST)
    core = core_settings(SECRET_KEY="", SECRET_KEY_PATH=str(file))
    before = derived_keys(core, "cursors")

    file.write_text(SECOND)
    os.utime(file, ns=(1, 1))
    after = derived_keys(core, "cursors")

    assert len(after) == 1
    assert after != before


def test_a_missing_file_is_named_with_the_fix(tmp_path: Path) -> None:
    core = core_settings(SECRET_KEY="", SECRET_KEY_PATH=str(tmp_path / "none"))

    with pytest.raises(SettingsError, match=r"SECRET_KEY_PATH: there is no file .*none; run `just keys`"):
        derived_keys(core, "cursors")


@pytest.mark.parametrize("content", ["hunter2", f"{FIRST}\nhunter2", " \n "])
def test_a_short_line_is_refused_and_not_shown(content: str) -> None:
    with pytest.raises(SettingsError) as caught:
        derived_keys(core_settings(SECRET_KEY=content), "cursors")

    assert str(caught.value) == "SECRET_KEY: each line must have 32 characters or more; run `just keys`"
