"""What rendering costs: ours against a static template of the same files, and an update against a copy.

CPU seconds of this process and of all that it waited for, which other work on the machine disturbs least.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.figures import Goal, medians, ratio, spread
from tests.bench.page import Section, Table
from tests.bench.progress import BenchError, say
from tests.bench.results import Result
from tests.renders import GIT_ENVIRONMENT, Template, commit, files, git

STATIC = """\
# The files of a render, committed as a template: no question, no hook, nothing to fill in.
_subdirectory: template
_templates_suffix: .jinja
"""
# But for this: without it there is nothing to update.
ANSWERS = ".copier-answers.yml"
ANSWERS_TEXT = "{{ _copier_answers | to_nice_yaml }}"
CHANGED = "docs/updates.md"
TEXT = """
`standard`, {count} files. *Static* is a template made of these very files, without Jinja, hooks or questions:
what Copier itself costs. CPU seconds of the whole process tree, medians of {rounds} rounds in which the rows
take turns. *In process* is a render by a Python program that has imported Copier. An update, here of one
line, is three renders and five Git clones inside Copier: the static template's says how much is Copier's own.
"""
# What each is held against, and the bar where there is one.
AGAINST = {
    "copy": ("static copy", 1.25),
    "copy in process": ("static copy in process", 1.3),
    "update": ("copy", 3.0),
    "static update": ("static copy", None),
}


@dataclass(frozen=True)
class Step:
    """Something to measure, and the folder that it changes: a service to update, or a copy to make."""

    run: Callable[[], object]
    folder: Path
    updates: bool = False


def measure_rendering(folder: Path, *, rounds: int) -> Result:
    """Measure in `folder`, which is filled with templates and renders."""
    say("template: a release, a static template of its render, and a release to update to")
    os.environ.update(GIT_ENVIRONMENT)
    steps, paths = _steps(folder)
    measured = []
    # The first round warms up and is not counted, where there is another.
    for number in range(0 if rounds > 1 else 1, rounds + 1):
        say(f"template: round {number} of {rounds}")
        measured.append({name: _cpu_seconds(step, paths) for name, step in steps.items()})
    return _result(measured[-rounds:], len(paths))


def _steps(folder: Path) -> tuple[dict[str, Step], list[str]]:
    """What is measured, and the paths of a render."""
    ours = Template.snapshot(folder / "template")
    service = ours.render(folder / "service")
    static = _static_template(folder / "static", service)
    static_service = static.render(folder / "static-service")
    paths = sorted(files(service))
    for template, rendered in ((ours, service), (static, static_service)):
        commit(rendered, "Render the service.")
        _release_one_line(template)
    copied = folder / "copied"
    return {
        "copy": Step(partial(_copier, "copy", str(ours.path), str(copied), folder=folder), copied),
        "static copy": Step(partial(_copier, "copy", str(static.path), str(copied), folder=folder), copied),
        "copy in process": Step(partial(ours.render, copied), copied),
        "static copy in process": Step(partial(static.render, copied), copied),
        "update": Step(partial(_copier, "update", folder=service), service, updates=True),
        "static update": Step(
            partial(_copier, "update", folder=static_service), static_service, updates=True
        ),
    }, paths


def _static_template(path: Path, service: Path) -> Template:
    """A release of the rendered files as they are."""
    shutil.copytree(service, path / "template")
    (path / "template" / ANSWERS).rename(path / "template" / f"{ANSWERS}.jinja").write_text(
        ANSWERS_TEXT, encoding="utf-8"
    )
    (path / "copier.yml").write_text(STATIC, encoding="utf-8")
    git(path, "init", "--quiet", "--initial-branch=main")
    template = Template(path)
    template.release("1.0.0")
    return template


def _release_one_line(template: Template) -> None:
    page = template.path / "template" / CHANGED
    page.write_text(page.read_text(encoding="utf-8") + "\nOne line more.\n", encoding="utf-8")
    template.release("1.0.1")


def _copier(verb: str, *paths: str, folder: Path) -> None:
    """Run Copier as a person does, in `folder`."""
    command = [sys.executable, "-m", "copier", verb, "--trust", "--defaults", "--quiet", *paths]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise BenchError(f"copier {verb} failed: {done.stderr[-2000:]}")


def _cpu_seconds(step: Step, paths: Sequence[str]) -> float:
    if step.updates:
        git(step.folder, "reset", "--quiet", "--hard")
    else:
        shutil.rmtree(step.folder, ignore_errors=True)
    before = _used()
    step.run()
    used = _used() - before
    # A step that did something else than it says would make its figure worthless.
    if sorted(files(step.folder)) != paths or (step.updates and _changed(step.folder) != {CHANGED, ANSWERS}):
        raise BenchError(f"other paths in {step.folder.name} than expected")
    return used


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _changed(service: Path) -> set[str]:
    return {line[3:] for line in git(service, "status", "--porcelain").splitlines()}


def _result(measured: Sequence[Mapping[str, float]], count: int) -> Result:
    table = Table(("what", "CPU s", "spread", "files / CPU s", "against", "ratio"))
    goals = []
    for name, seconds in medians(measured).items():
        apart = spread(measured, name)
        other, bar = AGAINST.get(name, ("", None))
        quotient = ratio(measured, name, other) if other else None
        compared = (other, f"{quotient:.2f}") if quotient else ("", "")
        table.rows.append((name, f"{seconds:.2f}", f"{apart:.0%}", f"{count / seconds:.0f}", *compared))
        if quotient and bar:
            goals.append(Goal(f"CPU of {name} against {other}", quotient, bar))
    return Result([Section("Rendering", [TEXT.format(count=count, rounds=len(measured)), table])], goals)
