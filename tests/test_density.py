"""The template stays readable: few conditions, never nested, none in Python or in a path's name."""

import re
from pathlib import PurePosixPath

import pytest

from tests.renders import REPOSITORY, working_files

TEMPLATE_FILES = [name for name in working_files() if name.startswith("template/")]
TEXTS = {name: (REPOSITORY / name).read_text(encoding="utf-8", errors="replace") for name in TEMPLATE_FILES}
JINJA_FILES = [name for name in TEMPLATE_FILES if name.endswith(".jinja")]

CONDITION = re.compile(r"<%-?\s*(?:el)?if\b|^\s*#%\s*(?:el)?if\b", re.MULTILINE)
OPEN_OR_CLOSE = re.compile(r"(?:<%-?|^\s*#%)\s*(if|endif)\b", re.MULTILINE)
# Ours have a space inside, so that Python's f"<{address}>" is none.
OURS = re.compile(r"<[{%#]-? | -?[}%#]>|^\s*#%", re.MULTILINE)
CRAMPED = re.compile(r"<[{%#](?!-? )|(?<! )(?<! -)[}%#]>")
# As `#% if mail` alone on its line: one name that the hook computed.
STATEMENT = re.compile(r"\s*#% (if [a-z_]+|endif)")
LIST_LIKE = re.compile(r"compose|pyproject|\.env|workflows/|settings")
# What Windows refuses in a path part, and the device names it keeps for itself.
REFUSED = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def test_there_are_at_most_8_conditions_per_1000_lines() -> None:
    lines = sum(text.count("\n") for text in TEXTS.values())
    conditions = sum(len(CONDITION.findall(text)) for text in TEXTS.values())

    assert conditions / lines * 1000 <= 8


@pytest.mark.parametrize("name", JINJA_FILES)
def test_a_file_has_at_most_10_conditions_and_a_list_like_one_20(name: str) -> None:
    assert len(CONDITION.findall(TEXTS[name])) <= (20 if LIST_LIKE.search(name) else 10)


@pytest.mark.parametrize("name", JINJA_FILES)
def test_conditions_are_not_nested(name: str) -> None:
    words = [match[1] for match in OPEN_OR_CLOSE.finditer(TEXTS[name])]

    assert words == ["if", "endif"] * (len(words) // 2)


@pytest.mark.parametrize("name", JINJA_FILES)
def test_a_statement_is_one_name_alone_on_its_line(name: str) -> None:
    statements = [line for line in TEXTS[name].splitlines() if "#%" in line or "<%" in line]

    assert [line for line in statements if not STATEMENT.fullmatch(line)] == []


def test_only_jinja_files_hold_our_delimiters() -> None:
    assert [name for name, text in TEXTS.items() if name not in JINJA_FILES and OURS.search(text)] == []


@pytest.mark.parametrize("name", JINJA_FILES)
def test_our_delimiters_have_a_space_inside(name: str) -> None:
    assert CRAMPED.findall(TEXTS[name]) == []


def test_a_jinja_file_needs_its_suffix() -> None:
    assert [name for name in JINJA_FILES if not OURS.search(TEXTS[name])] == []


def test_no_python_file_holds_jinja() -> None:
    assert [name for name in TEMPLATE_FILES if name.endswith((".py.jinja", ".pyi.jinja"))] == []


def test_no_path_name_is_conditional() -> None:
    assert [name for name in TEMPLATE_FILES if re.search(r"[{}<>%]", name)] == []


def test_windows_can_hold_every_name() -> None:
    parts = {(name, part) for name in TEMPLATE_FILES for part in PurePosixPath(name).parts}

    assert [
        name for name, part in parts if REFUSED.search(part) or part.split(".")[0].lower() in DEVICES
    ] == []


def test_no_two_names_differ_in_case_alone() -> None:
    assert len({name.lower() for name in TEMPLATE_FILES}) == len(TEMPLATE_FILES)


def test_a_path_leaves_room_for_the_260_characters_of_windows() -> None:
    assert [name for name in TEMPLATE_FILES if len(name) > 120] == []
