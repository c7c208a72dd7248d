"""`just standards update` brings this service to a newer release and loses no edit. Template-owned.

A script that needs git and Copier but not the service: it also runs when `pyproject.toml` is broken, so
neither this file nor its two siblings may import anything of `app` but each other.

Status: 0 done or nothing to do, 1 error, 2 stopped with a list of edits that would be lost or that conflict.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from app.dev.standards_edits import Findings, Trees, find_edits, keep_beside, move_date
    from app.dev.standards_scratch import (
        ANSWERS,
        Scratch,
        Service,
        StandardsError,
        Tree,
        clean_environment,
        git,
        read_answers,
        read_tree,
        render_release,
        run_git,
        scratch_worktree,
        uninterrupted,
        update_scratch,
    )
else:  # as a script: this folder is on the path, `app` is not
    from standards_edits import Findings, Trees, find_edits, keep_beside, move_date
    from standards_scratch import (
        ANSWERS,
        Scratch,
        Service,
        StandardsError,
        Tree,
        clean_environment,
        git,
        read_answers,
        read_tree,
        render_release,
        run_git,
        scratch_worktree,
        uninterrupted,
        update_scratch,
    )

URL = re.compile(r"[a-z+]+://|git@|gh:|gl:|~|[\w.-]+(@[\w.-]+)?:")
HELP = """\
Stops with status 2 and a list, and changes nothing, if edits of yours would be lost or conflict. Otherwise
the result is staged, not committed, so that you review it. A new question takes its default.
"""
ADVICE = """\
Nothing was changed. Move these edits, or go on with --accept: then your version of a removed or replaced
file is kept beside it as NAME.kept, a conflict holds both versions between markers, and a git-ignored file
stays where it is, with the template's version beside it as NAME.template."""
NEXT = """\
It is staged, not committed. Next: git diff --staged, uv run just check,
git commit -m 'Update to template {version}'. To go back instead: git restore --staged --worktree ."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    accept: bool
    to: str | None
    source: str | None
    data: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """What came of the update in the scratch worktree."""

    answers: Mapping[str, object]
    trees: Trees
    findings: Findings
    unmerged: Sequence[str]  # as `git ls-files --unmerged` gives them
    ignored: Sequence[str]  # rendered although git ignores them: no tree can hold them


@dataclass(frozen=True)
class Outcome:
    """What is to be put into the service."""

    tree: str  # of the whole repository
    final: Tree  # of the service in there
    conflicts: str  # lines for `git update-index --index-info`
    ignored: Sequence[str]  # copied, never over a file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the status."""
    options = _read_options(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return update(find_service(Path.cwd(), options.source), options)
    except StandardsError as error:
        print(f"standards: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("standards: stopped, nothing was changed.", file=sys.stderr)
        return 130


def _read_options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="standards", description="Keeps this service up to date with its template.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    purpose = "Brings the service to a newer release of its template."
    command = commands.add_parser("update", help=purpose, description=f"{purpose} {HELP}")
    command.add_argument("--accept", action="store_true", help="go on in spite of the list; nothing is lost even so")
    command.add_argument(
        "--to",
        metavar="REF",
        help="a tag, HEAD, or :current: to change answers only (default: the last release)",
    )
    command.add_argument("--source", help="take the template from this URL or absolute path from now on")
    command.add_argument("-d", "--data", metavar="NAME=VALUE", action="append", default=[], help="change an answer")
    parsed = parser.parse_args(arguments)
    for pair in parsed.data:
        if "=" not in pair:
            parser.error(f"-d {pair}: write NAME=VALUE, for example -d mail=true")
    return Options(parsed.accept, parsed.to, parsed.source, tuple(parsed.data))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def find_service(start: Path, source: str | None = None) -> Service:
    """Return the service that holds `start`; or raise StandardsError with the reason why not."""
    folder = next((each for each in (start, *start.parents) if (each / ANSWERS).is_file()), None)
    if folder is None:
        raise StandardsError(
            f"no {ANSWERS} here: run this in a service's folder (git log -- {ANSWERS} if it was deleted)"
        )
    if run_git(folder, "ls-files", "--error-unmatch", ANSWERS).returncode != 0:
        raise StandardsError("this folder isn't in git yet: git init && git add -A && git commit -m 'First render'")
    if run_git(folder, "rev-parse", "--verify", "HEAD").returncode != 0:
        raise StandardsError("nothing is committed yet: git add -A && git commit -m 'First render'")
    _check_clean(folder)
    answers = read_answers(folder / ANSWERS)
    _check_source(source or str(answers.get("_src_path") or ""), folder if source is None else Path.cwd())
    if not answers.get("_commit"):
        raise StandardsError(
            f"{ANSWERS} has no _commit: the template had no history when this was rendered, so nothing tells "
            "what is yours. Render a new service from a repository and copy your files over"
        )
    head, prefix = git(folder, "rev-parse", "HEAD", "--show-prefix").split("\n")[:2]
    return Service(folder, prefix, head, answers)


def _check_clean(folder: Path) -> None:
    changed = git(folder, "status", "--porcelain", "--untracked-files=all", "--", ".").splitlines()
    if changed:
        shown = "\n  ".join(changed[:10] + ["…"] * (len(changed) > 10))
        raise StandardsError(f"there are uncommitted changes:\n  {shown}\nCommit first: git add -A && git commit")
    tags = git(folder, "ls-files", "-v").splitlines()
    hidden = [line[2:] for line in tags if line[0].islower() or line[0] == "S"]
    if hidden:
        raise StandardsError(
            f"git is told to overlook changes of {hidden[0]}, so edits can't be seen: git update-index "
            "--no-assume-unchanged --no-skip-worktree FILE (or: git sparse-checkout disable)"
        )


def _check_source(source: str, folder: Path) -> None:
    if not source:
        raise StandardsError(f"{ANSWERS} has no _src_path: name the template, just standards update --source URL")
    if URL.match(source):
        return
    if not Path(source).is_absolute():
        raise StandardsError(
            f"the template's source {source} is a relative path, which means another folder from each place. "
            f"Give a URL or an absolute path: just standards update --source {(folder / source).resolve()}"
        )
    if not Path(source).exists():
        raise StandardsError(
            f"the template's source {source} isn't there. Name another: just standards update --source URL"
        )


def update(service: Service, options: Options) -> int:
    """Bring the service to the release that `options` name or print what is against it; return the status."""
    with scratch_worktree(service) as scratch:
        trial = _try(service, scratch, options)
        if trial.findings.lines() and not options.accept:
            print("\n  ".join(["These edits of yours are in the way of the update:", *trial.findings.lines()]))
            print(ADVICE)
            return 2
        move_date(scratch, trial.findings, trial.trees)
        kept = keep_beside(service, scratch, trial.findings, trial.trees)
        outcome = _settle(service, scratch, trial, kept)
        if outcome.final == trial.trees.mine and not outcome.ignored:
            print(f"Nothing to do: this service is up to date with {trial.answers['_commit']}.")
            return 0
        with uninterrupted():
            _apply(service, scratch, outcome, trial.trees.mine)
    with contextlib.suppress(KeyboardInterrupt):  # from here on the update is in place
        _report(service, trial, outcome, kept)
        _lock(service, trial.findings)
        print(NEXT.format(version=trial.answers["_commit"]))
    return 0


def _try(service: Service, scratch: Scratch, options: Options) -> Trial:
    print(f"Updating a copy from {service.answers['_commit']} with Copier …", flush=True)
    update_scratch(service, scratch, to=options.to, source=options.source, data=options.data)
    unmerged = git(scratch.tree, "ls-files", "--unmerged", "-z", "--full-name").split("\0")[:-1]
    print("Comparing with fresh renders of both releases …", flush=True)
    answers = read_answers(scratch.service / ANSWERS)
    trees = _read_trees(service, scratch, answers)
    ignored = _list_ignored(scratch)
    conflicts = {line.split("\t", 1)[1].removeprefix(service.prefix) for line in unmerged}
    return Trial(answers, trees, find_edits(service, scratch, trees, ignored, conflicts), unmerged, ignored)


def _read_trees(service: Service, scratch: Scratch, answers: Mapping[str, object]) -> Trees:
    git(scratch.tree, "add", "--all")
    written = git(scratch.tree, "write-tree").strip()
    return Trees(
        mine=read_tree(scratch, f"{service.head}:{service.prefix}"),
        before=render_release(scratch, "before", service.answers),
        after=render_release(scratch, "after", answers),
        updated=read_tree(scratch, f"{written}:{service.prefix}"),
    )


def _list_ignored(scratch: Scratch) -> list[str]:
    """List what Copier rendered although git ignores it: no tree can hold that."""
    names = git(scratch.service, "ls-files", "--others", "--ignored", "-z", "--exclude-standard")
    return names.split("\0")[:-1]


def _settle(service: Service, scratch: Scratch, trial: Trial, kept: Mapping[str, str]) -> Outcome:
    """Write the corrections into the scratch index and return what it then holds."""
    nothing = "0" * len(service.head)
    lines = []
    for path, entry in trial.findings.corrections.items():
        mode, blob = entry or ("0", nothing)
        lines.append(f"{mode} {blob}\t{service.prefix}{path}\0")
    _update_index(scratch.tree, "".join(lines))
    tree = git(scratch.tree, "write-tree").strip()
    names = {f"{service.prefix}{path}" for path in trial.findings.conflicts}
    stages = [line for line in trial.unmerged if line.split("\t", 1)[1] in names]
    emptied = sorted({f"0 {nothing}\t{line.split(chr(9), 1)[1]}" for line in stages})
    return Outcome(
        tree=tree,
        final=read_tree(scratch, f"{tree}:{service.prefix}"),
        conflicts="".join(f"{line}\0" for line in (*emptied, *stages)),
        ignored=[p for p in trial.ignored if p not in kept and not os.path.lexists(service.folder / p)],
    )


def _update_index(folder: Path, lines: str) -> None:
    git(folder, "update-index", "-z", "--index-info", content=lines.encode("utf-8", "surrogateescape"))


def _apply(service: Service, scratch: Scratch, outcome: Outcome, mine: Tree) -> None:
    """Put the outcome into index and working tree, or change nothing if there is an edit in there."""
    run_git(service.folder, "update-index", "-q", "--refresh")
    # Two-tree read-tree checks every path before it writes any, and refuses where a file isn't as committed.
    git(service.folder, "read-tree", "-m", "-u", service.head, outcome.tree)
    _update_index(service.folder, outcome.conflicts)
    for path in outcome.ignored:
        (service.folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(scratch.service / path, service.folder / path, follow_symlinks=False)
    _remove_caches(service, mine, outcome.final)


def _remove_caches(service: Service, mine: Tree, final: Tree) -> None:
    """Remove `__pycache__` of folders that are gone: a folder that stays could still be imported."""
    present = {folder for path in final for folder in Path(path).parents}
    gone = {folder for path in mine for folder in Path(path).parents} - present
    for folder in sorted(gone, key=lambda each: len(each.parts), reverse=True):
        shutil.rmtree(service.folder / folder / "__pycache__", ignore_errors=True)
        with contextlib.suppress(OSError):  # it holds a file of the user's, or is away already
            (service.folder / folder).rmdir()


def _lock(service: Service, findings: Findings) -> None:
    """Re-lock a service that has a lock; what goes wrong there is said, and takes nothing back."""
    if not (service.folder / "uv.lock").exists():
        return
    command = [os.environ.get("UV") or shutil.which("uv") or "uv", "lock", "--upgrade"]
    print("Locking, uv lock --upgrade …", flush=True)
    if {"pyproject.toml", "uv.toml"} & set(findings.conflicts):
        print("Not locked, pyproject.toml has conflicts. When they are resolved: uv lock --upgrade")
        return
    try:
        done = subprocess.run(
            command, cwd=service.folder, env=clean_environment(), capture_output=True, text=True, check=False
        )
        reason = done.stderr.strip() if done.returncode else ""
    except (OSError, KeyboardInterrupt) as error:
        reason = str(error) or "interrupted"
    if reason:
        print(f"Not locked; the update itself is in place. When this is mended: uv lock --upgrade\n{reason}")
    elif run_git(service.folder, "ls-files", "--error-unmatch", "uv.lock").returncode == 0:
        git(service.folder, "add", "uv.lock")


def _report(service: Service, trial: Trial, outcome: Outcome, kept: Mapping[str, str]) -> None:
    mine, final, answers, former = trial.trees.mine, outcome.final, trial.answers, service.answers
    changed = sum(1 for path in mine if path in final and mine[path] != final[path])
    counts = f"{len(final.keys() - mine.keys())} new, {changed} changed, {len(mine.keys() - final.keys())} removed"
    print(f"Updated from {former['_commit']} to {answers['_commit']}: {counts}.")
    for name in sorted(answers.keys() | former.keys()):
        if not name.startswith("_") and answers.get(name) != former.get(name):
            print(f"  answer {name}: {former.get(name, '(none)')} -> {answers.get(name, '(none)')}")
    for path, name in kept.items():
        print(f"  {'new ' if path in trial.findings.blocked else 'kept'}   {path} as {name}")
    for path in outcome.ignored:
        print(f"  new    {path}, which git ignores")
    for path in trial.findings.conflicts:
        print(f"  resolve the markers in {path}, then: git add {path}")


if __name__ == "__main__":
    sys.exit(main())
