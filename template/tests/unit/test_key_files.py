"""Keys in a file, or the content itself (template-owned; contract, "Environment")."""

import os
from pathlib import Path

import pytest
from tests.environment import core_settings

from app.kit.key_files import read_keys
from app.kit.settings import CoreSettings, SettingsError

CONTENT = "the first key of these tests, long enough"
OTHER = "another key of these tests, long enough"


def words(text: str, variable: str) -> tuple[str, list[str]]:
    """What these tests make of a key file: the variable to blame and the words."""
    return variable, text.split(" ")


def refuse(_text: str, variable: str) -> None:
    raise SettingsError(f"{variable}: is of no use; run `just keys`")


def from_file(path: Path) -> CoreSettings:
    return core_settings(SECRET_KEY="", SECRET_KEY_PATH=str(path))


def test_keys_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("one two")

    assert read_keys(from_file(file), "secret_key", words) == ("SECRET_KEY_PATH", ["one", "two"])


def test_the_content_goes_before_the_file(tmp_path: Path) -> None:
    core = core_settings(SECRET_KEY="one two", SECRET_KEY_PATH=str(tmp_path / "none"))

    assert read_keys(core, "secret_key", words) == ("SECRET_KEY", ["one", "two"])


def test_the_ends_of_lines_may_be_written_out_in_the_content() -> None:
    core = core_settings(SECRET_KEY="one\\ntwo\nthree")

    assert read_keys(core, "secret_key", words) == ("SECRET_KEY", ["one\ntwo\nthree"])


def test_a_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("one\\ntwo")

    assert read_keys(from_file(file), "secret_key", words)[1] == ["one\\ntwo"]


def test_what_was_read_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(CONTENT)
    core = from_file(file)
    first = read_keys(core, "secret_key", words)

    assert read_keys(core, "secret_key", words) is first
    file.write_text(OTHER)
    assert read_keys(core, "secret_key", words)[1][0] == "another"


def test_a_file_of_the_same_size_with_another_time_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("one two")
    core = from_file(file)
    read_keys(core, "secret_key", words)

    file.write_text("two one")
    os.utime(file, ns=(1, 1))
    assert read_keys(core, "secret_key", words)[1] == ["two", "one"]


def test_a_file_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(CONTENT)
    core = from_file(file)
    read_keys(core, "secret_key", words)

    (tmp_path / "new").write_text(OTHER)
    (tmp_path / "new").replace(file)
    assert read_keys(core, "secret_key", words)[1][0] == "another"


def test_two_files_are_not_taken_for_one_another(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for file, text in ((first, "one"), (second, "two")):
        file.write_text(text)
        os.utime(file, ns=(1, 1))

    assert read_keys(from_file(first), "secret_key", words)[1] == ["one"]
    assert read_keys(from_file(second), "secret_key", words)[1] == ["two"]


def test_a_missing_file_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY_PATH: there is no file .*none; run `just keys`$"):
        read_keys(from_file(tmp_path / "none"), "secret_key", words)


def test_a_file_that_is_taken_away_is_missed_at_once(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(CONTENT)
    core = from_file(file)
    read_keys(core, "secret_key", words)
    file.unlink()

    with pytest.raises(SettingsError, match=r"SECRET_KEY_PATH: there is no file"):
        read_keys(core, "secret_key", words)


def test_a_folder_in_its_place_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY_PATH: Is a directory: .*; run `just keys`$"):
        read_keys(from_file(tmp_path), "secret_key", words)


def test_a_file_that_is_no_text_is_named_with_the_fix(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(b"\xff\xfe\x00 hunter2")

    with pytest.raises(SettingsError, match=r"^SECRET_KEY_PATH: .*; run `just keys`$") as caught:
        read_keys(from_file(file), "secret_key", words)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("given", ["file", "content"])
def test_what_the_parser_refuses_is_refused_each_time(tmp_path: Path, given: str) -> None:
    file = tmp_path / "secret.key"
    file.write_text(CONTENT)
    core = from_file(file) if given == "file" else core_settings(SECRET_KEY=CONTENT)

    for _ in range(2):
        with pytest.raises(SettingsError, match=r"is of no use; run `just keys`$") as caught:
            read_keys(core, "secret_key", refuse)
        assert CONTENT not in str(caught.value)
