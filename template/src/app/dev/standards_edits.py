"""What `standards update` would do to the user's edits, file by file. Template-owned.

Part of a script that runs without the service's environment: nothing of `app` may be imported here.
"""

import datetime
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from app.dev.standards_scratch import (
        ANSWERS,
        Entry,
        Scratch,
        Service,
        Tree,
        git,
        read_blob,
        run_git,
        write_blob,
    )
else:  # as a script: this folder is on the path, `app` is not
    from standards_scratch import ANSWERS, Entry, Scratch, Service, Tree, git, read_blob, run_git, write_blob

MARKER = b"<<<<<<< before updating"
DATE = re.compile(r'^(exclude-newer\s*=\s*")([^"]+)(")', re.MULTILINE)


@dataclass(frozen=True)
class Trees:
    """The four trees of an update: the service's, fresh renders of both releases, and Copier's result."""

    mine: Tree
    before: Tree
    after: Tree
    updated: Tree


@dataclass
class Findings:
    """Edits that would be lost or that conflict, and the corrections that are due (None removes a path)."""

    removed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    blocked: dict[str, str] = field(default_factory=dict)  # new path -> the git-ignored path in its way
    corrections: dict[str, Entry | None] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return one line for each edit at risk; none means that the update is safe."""
        return [
            *(f"removed, with edits of yours     {path}" for path in self.removed),
            *(f"replaced, with edits of yours    {path}" for path in self.replaced),
            *(f"the same lines changed           {path}" for path in self.conflicts),
            *(f"new, in the way of an ignored    {path}  ({name})" for path, name in self.blocked.items()),
        ]


def find_edits(
    service: Service, scratch: Scratch, trees: Trees, ignored: Iterable[str], unmerged: Iterable[str]
) -> Findings:
    """Return what became of each edit; `ignored` was rendered though git-ignored, `unmerged` conflicts."""
    findings = Findings()
    for path, own in trees.mine.items():
        base, theirs, result = trees.before.get(path), trees.after.get(path), trees.updated.get(path)
        if path == ANSWERS or own in (base, result):
            continue
        if theirs in (base, own):  # the template has nothing to say here, so the update had no business here
            findings.corrections[path] = own
        elif theirs is None:
            findings.removed.append(path)
        else:
            _judge_merge(scratch, findings, path, (own, base, theirs), result)
    settled = {*findings.corrections, *findings.removed, *findings.replaced, *findings.conflicts}
    findings.conflicts += sorted(set(unmerged) - settled)
    _find_blocked(service, findings, trees, [*trees.updated, *ignored])
    return findings


def _judge_merge(
    scratch: Scratch,
    findings: Findings,
    path: str,
    sides: tuple[Entry, Entry | None, Entry],
    result: Entry | None,
) -> None:
    """Hold Copier's result against git's three-way merge: it is that, or a marked conflict, or a loss."""
    merged = _merge(scratch, *sides)
    if merged is not None and merged != result:  # Copier's patch may land elsewhere
        findings.corrections[path] = merged
    elif merged is None and result is not None and MARKER in read_blob(scratch, result):
        findings.conflicts.append(path)
    elif merged is None:
        findings.replaced.append(path)


def _merge(scratch: Scratch, own: Entry, base: Entry | None, theirs: Entry) -> Entry | None:
    """Return the clean merge, or None where there is none: a conflict, a binary file, a symbolic link."""
    if not all(entry[0].startswith("100") for entry in (own, base or own, theirs)):
        return None
    files = []
    for name, entry in (("own", own), ("base", base), ("theirs", theirs)):
        files.append(scratch.folder / f"merge-{name}")
        files[-1].write_bytes(read_blob(scratch, entry) if entry else b"")
    done = run_git(scratch.tree, "merge-file", "-p", *map(str, files))
    if done.returncode != 0:
        return None
    mode = theirs[0] if base is not None and own[0] == base[0] else own[0]
    return mode, write_blob(scratch, done.stdout)


def _find_blocked(service: Service, findings: Findings, trees: Trees, paths: Iterable[str]) -> None:
    """Find new paths where git-ignored files of the user's lie: written over, git couldn't give them back."""
    folders = {path[:end] for path in trees.mine for end in _slashes(path)}
    for path in paths:
        unchanged = path in trees.before and trees.before[path] == trees.after.get(path)
        if path in trees.mine or unchanged:
            continue
        for end in (*_slashes(path), len(path)):
            there = service.folder / path[:end]
            if not os.path.lexists(there) or path[:end] in trees.mine or path[:end] in folders:
                continue
            if end == len(path) or there.is_symlink() or not there.is_dir():
                findings.blocked[path] = path[:end]
                break


def _slashes(path: str) -> list[int]:
    return [match.start() for match in re.finditer("/", path)]


def keep_beside(service: Service, scratch: Scratch, findings: Findings, trees: Trees) -> dict[str, str]:
    """Give each accepted loss a free name beside its place; return new names by path."""
    taken = {*trees.mine, *trees.updated}
    kept = {}
    for path in (*findings.removed, *findings.replaced):
        kept[path] = _free_name(service, f"{path}.kept", taken)
        findings.corrections[kept[path]] = trees.mine[path]
        taken.add(kept[path])
    for path, name in findings.blocked.items():
        kept[path] = _free_name(service, f"{name}.template{path[len(name) :]}", taken)
        stored = trees.updated.get(path) or (
            "100644",
            git(scratch.service, "hash-object", "-w", path).strip(),
        )
        findings.corrections |= {path: None, kept[path]: stored}
        taken.add(kept[path])
    return kept


def _free_name(service: Service, name: str, taken: set[str]) -> str:
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(each for each in names if each not in taken and not os.path.lexists(service.folder / each))


def move_date(scratch: Scratch, findings: Findings, trees: Trees) -> None:
    """Set `exclude-newer` in uv.toml (seeded once) to the later of its own and the release's."""
    if "uv.toml" not in trees.updated or "uv.toml" not in trees.after:
        return
    entry = findings.corrections.get("uv.toml") or trees.updated["uv.toml"]
    text = read_blob(scratch, entry).decode("utf-8", "surrogateescape")
    own, release = DATE.search(text), DATE.search(read_blob(scratch, trees.after["uv.toml"]).decode())
    if own and release and _is_later(release[2], own[2]):
        moved = text[: own.start(2)] + release[2] + text[own.end(2) :]
        findings.corrections["uv.toml"] = (
            entry[0],
            write_blob(scratch, moved.encode("utf-8", "surrogateescape")),
        )


def _is_later(one: str, other: str) -> bool:
    """Compare two dates; what is none (uv also takes "2 weeks") is the user's own choice and stays."""
    try:
        dates = [datetime.datetime.fromisoformat(each) for each in (one, other)]
    except ValueError:
        return False
    first, second = (each if each.tzinfo else each.replace(tzinfo=datetime.UTC) for each in dates)
    return first > second
