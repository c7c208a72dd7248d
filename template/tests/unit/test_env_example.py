"""`.env.example` and the settings say the same (template-owned)."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.components import find_components, load_settings
from app.kit.settings import CoreSettings, SettingsModel

EXAMPLE = Path(__file__).parents[2] / ".env.example"
ASSIGNMENT = re.compile(r"(#?)([A-Z][A-Z0-9_]*)=(.*)")


def _assignments() -> Iterator[tuple[str, str, str]]:
    """Yield (line above, variable, value) of each line that sets a variable, commented out or not."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for above, line in pairwise(lines):
        if match := ASSIGNMENT.fullmatch(line):
            yield above, match[2], match[3].strip('"')


def test_every_setting_has_a_line_and_every_line_a_setting() -> None:
    classes: list[type[SettingsModel]] = [CoreSettings, *(c.settings for c in find_components() if c.settings)]
    settings = sorted(field.upper() for cls in classes for field in cls.model_fields)

    assert sorted(name for _, name, _ in _assignments()) == settings


def test_every_line_has_a_comment_above_that_says_what_it_is() -> None:
    bare = [name for above, name, _ in _assignments() if not re.match(r"# [^-]", above)]

    assert bare == []


def test_all_values_together_are_settings_that_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for _, name, value in _assignments():
        monkeypatch.setenv(name, value)

    assert load_settings().core.database_url.database == "app_dev"


def test_your_own_lines_go_below_the_last_comment() -> None:
    assert "# Yours: add your own below.\n" in EXAMPLE.read_text(encoding="utf-8")
