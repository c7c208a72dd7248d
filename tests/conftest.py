"""Fixtures that every test of the template shares: one snapshot a session, renders cached by answers."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from copier._main import Worker

from tests.renders import GIT_ENVIRONMENT, Template

# Copier runs Git itself, in this process's environment.
os.environ.update(GIT_ENVIRONMENT)
# Where uv is one of pyenv's shims, it fails in a service whose .python-version names another Python: use the
# uv that runs us (it says where it is), and let each folder choose its Python.
if ":" not in os.environ.get("PYENV_VERSION", ""):
    os.environ.pop("PYENV_VERSION", None)
if "UV" in os.environ:
    os.environ["PATH"] = f"{Path(os.environ['UV']).parent}{os.pathsep}{os.environ['PATH']}"

Render = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def _modes_are_seen() -> Iterator[None]:
    """Git sees every file's mode here: Copier need not start it for each file that it writes, to ask whether.

    That is a third of a render's time. GIT_ENVIRONMENT leaves `core.fileMode` on.
    """
    with patch.object(Worker, "_sync_git_index_executable_bit"):
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The working tree's template as release 1.0.0. Don't add releases to it: take a snapshot of your own."""
    return Template.snapshot(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def render(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """`render(preset="minimal", …)` gives a service with these answers, made once a session: read it only."""
    folder = tmp_path_factory.mktemp("renders")

    def cached(**answers: Any) -> Path:
        key = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]
        destination = folder / key
        return destination if destination.exists() else template.render(destination, answers)

    return cached


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template without its static files, which answers can't reach: renders in no time. Read it only."""
    kept = ("copier.yml", "extensions/")
    return Template.snapshot(
        tmp_path_factory.mktemp("answered"),
        keep=lambda name: name.startswith(kept) or (name.startswith("template/") and name.endswith(".jinja")),
    )
