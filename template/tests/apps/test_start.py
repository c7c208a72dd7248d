"""What is declared wrongly stops the start (template-owned)."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.commands import SECONDS
from tests.environment import service_environment

_SLICE = """
from app.apps import slices

class NotesConfig(slices.Slice):
    name = "app.apps.notes"
    handlers = {"note.created": "handlers.nothing"}
"""
_URLS = """
from django.urls import path
from app.apps.rest.operations import OperationView

class Notes(OperationView):
    def get(self, request): ...

urlpatterns = [path("notes", Notes.as_view())]
"""


def start(command: str, folder: Path, **files: str) -> "subprocess.CompletedProcess[str]":
    """Run an entry point of a service that has one more slice, `notes`."""
    notes = folder / "notes"
    notes.mkdir()
    for name, text in {"__init__": "", **files}.items():
        (notes / f"{name}.py").write_text(text, encoding="utf-8")
    code = f"import app.apps; app.apps.__path__.append({str(folder)!r}); from app.site.{command} import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=service_environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("command", ["serve", "work", "schedule", "migrate"])
def test_a_slice_that_names_what_is_not_there_stops_the_start(command: str, tmp_path: Path) -> None:
    done = start(command, tmp_path, apps=_SLICE)

    assert (done.returncode, done.stdout) == (1, "")
    title, fault, hint = done.stderr.splitlines()
    assert title.endswith(" can't start, 1 declaration(s) to mend")
    assert fault.startswith("  service.E001: notes: ")
    assert hint == "    Write it, or correct the path in app.apps.notes.apps."


def test_an_operation_without_its_access_stops_the_start_in_one_line(tmp_path: Path) -> None:
    slice_of_paths = _SLICE.replace('{"note.created": "handlers.nothing"}', "{}")
    done = start("work", tmp_path, apps=slice_of_paths, urls=_URLS)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Notes.get: say who may use it")
