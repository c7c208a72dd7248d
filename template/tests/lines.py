"""The log of a service in the test's own process (template-owned)."""

import json
from typing import Any

import pytest


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines since the last call."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def access_line(lines: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """The one line that says that `path` was answered."""
    (line,) = [each for each in lines if each["message"] == "request answered" and each["request"]["path"] == path]
    return line
