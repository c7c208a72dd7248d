"""The scratch worktree of `standards update`: git and Copier at work outside the service. Template-owned.

Part of a script that runs without the service's environment: nothing of `app` may be imported here.
"""

import contextlib
import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWERS = ".copier-answers.yml"
# For git here and in Copier: a hook of the user's must not run for the scratch tree, nor a signature ask for a
# passphrase.
GIT_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "commit.gpgSign": "false",
}
COMMITTER = ("-c", "user.name=standards", "-c", "user.email=standards")
# git sets these for its hooks and aliases; inherited, they would point every call at another tree.
GIT_STATE = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
}

Entry = tuple[str, str]  # mode and blob id, as in a git tree
Tree = dict[str, Entry]  # by path below the service's folder


class StandardsError(Exception):
    """The update can't go on; the text says why and what to do, and nothing of the service was changed."""


@dataclass(frozen=True)
class Service:
    """The service under update: folder, path in its repository (`""` or `a/b/`), commit, answers."""

    folder: Path
    prefix: str
    head: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Scratch:
    """A folder outside the service: `tree` is a worktree of its repository, `service` the copy in there."""

    folder: Path
    tree: Path
    service: Path


@contextlib.contextmanager
def scratch_worktree(service: Service) -> Iterator[Scratch]:
    """Yield a worktree of the service's commit; remove it and all it held, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="standards-")).resolve()
    tree = folder / "tree"
    try:
        (folder / "temporary").mkdir()
        git(service.folder, "worktree", "add", "--quiet", "--detach", str(tree), service.head)
        yield Scratch(folder, tree, tree / service.prefix)
    finally:
        with uninterrupted():
            shutil.rmtree(folder, ignore_errors=True)
            git(service.folder, "worktree", "prune")


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let neither Ctrl-C nor a closed terminal stop what must be done whole (git inherits this)."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal.signal(number, handler)


def update_scratch(
    service: Service, scratch: Scratch, *, to: str | None, source: str | None, data: tuple[str, ...]
) -> None:
    """Run `copier update` in the scratch worktree, from another source if one is given."""
    if source and source != service.answers.get("_src_path"):
        write_answers(scratch.service / ANSWERS, {**service.answers, "_src_path": source})
        git(scratch.tree, *COMMITTER, "commit", "--quiet", "--all", "--message", "Take another source.")
    reference = ["--vcs-ref", to] if to else []
    answers = [part for pair in data for part in ("--data", pair)]
    _copier(scratch, "update", *reference, *answers, str(scratch.service))


def render_release(scratch: Scratch, name: str, answers: Mapping[str, Any]) -> Tree:
    """Return the tree of a fresh render of the release and the answers that `answers` records."""
    folder = scratch.folder / name
    folder.mkdir()
    write_answers(folder / ANSWERS, answers)
    _copier(scratch, "recopy", "--overwrite", "--vcs-ref", str(answers["_commit"]), str(folder))
    state = {
        "GIT_DIR": git(scratch.tree, "rev-parse", "--absolute-git-dir").strip(),
        "GIT_WORK_TREE": str(folder),
        "GIT_INDEX_FILE": str(scratch.folder / f"{name}.index"),
    }
    git(folder, "add", "--all", "--force", ".", state=state)
    return read_tree(scratch, git(folder, "write-tree", state=state).strip())


def _copier(scratch: Scratch, command: str, *arguments: str) -> None:
    # In a session of its own: Ctrl-C reaches only us, and we end it with all its children.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "copier", command, "--trust", "--defaults", "--quiet", *arguments],
        cwd=scratch.folder,
        env=clean_environment() | {"TMPDIR": str(scratch.folder / "temporary"), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if "Dirty template changes included" in output:
        raise StandardsError("the template's folder has uncommitted changes: commit them, or name a tag with --to")
    if process.returncode != 0:
        raise StandardsError(_explain(output))


def _explain(output: str) -> str:
    """Return Copier's own message without its traceback, and the next step where one is known."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines() if line.strip()]
    message = re.sub(r"^[\w.]*(Error|Exception): ", "", lines[-1]) if lines else "it gave no message"
    if "No module named copier" in message or "alongside Copier" in output:
        return "Copier or its extension package is missing: start this with `just standards update`"
    if "Downgrades are not supported" in output:
        return f"{message} The recorded version is newer: give --to HEAD, or wait for the next release"
    if "Unknown revision" in output or "invalid reference" in output:
        return f"Copier stopped: {message}. Is this the right source, with its tags? (--source, --to)"
    if message.endswith(" is forbidden"):
        return f"Copier stopped: {message}: is there a symbolic link that leads out of the service?"
    return f"Copier stopped: {message}"


def read_answers(file: Path) -> dict[str, Any]:
    """Return what an answers file records, `_src_path` and `_commit` included."""
    yaml = _yaml()
    try:
        answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise StandardsError(f"{ANSWERS} can't be read ({reason}): restore it from git, git log -- {ANSWERS}") from None
    if not isinstance(answers, dict):
        raise StandardsError(f"{ANSWERS} holds no answers: restore it from git, git log -- {ANSWERS}")
    return answers


def write_answers(file: Path, answers: Mapping[str, Any]) -> None:
    """Write an answers file; Copier then writes it anew, in its own order."""
    file.write_text(_yaml().safe_dump(dict(answers), sort_keys=False, allow_unicode=True), encoding="utf-8")


def _yaml() -> Any:
    try:
        # By name: it comes with Copier, the service's own environment (where mypy runs) needn't have it.
        return importlib.import_module("yaml")
    except ModuleNotFoundError:
        raise StandardsError("Copier is missing: start this with `just standards update`") from None


def read_tree(scratch: Scratch, name: str) -> Tree:
    """Return the files of a git tree."""
    lines = git(scratch.tree, "ls-tree", "-r", "-z", "--full-tree", name).split("\0")[:-1]
    pairs = (line.split("\t", 1) for line in lines)
    return {path: (words.split()[0], words.split()[2]) for words, path in pairs}


def read_blob(scratch: Scratch, entry: Entry) -> bytes:
    """Return a file's content as git keeps it."""
    return run_git(scratch.tree, "cat-file", "blob", entry[1]).stdout


def write_blob(scratch: Scratch, content: bytes) -> str:
    """Store a file's content and return its id."""
    return git(scratch.tree, "hash-object", "-w", "--stdin", content=content).strip()


def git(folder: Path, *arguments: str, content: bytes = b"", state: Mapping[str, str] | None = None) -> str:
    """Run git and return what it prints; its failure is an error with its own message."""
    done = run_git(folder, *arguments, content=content, state=state)
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip()
        raise StandardsError(f"git {arguments[0]} failed: {reason}")
    return done.stdout.decode("utf-8", "surrogateescape")


def run_git(
    folder: Path, *arguments: str, content: bytes = b"", state: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git, whatever its status."""
    environment = clean_environment() | {"LC_ALL": "C"} | dict(state or {})
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, input=content, capture_output=True, check=False
    )


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would mislead git or Python, and with our git settings."""
    misleading = GIT_STATE | {"PYTHONPATH", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in misleading}
    first = int(environment.get("GIT_CONFIG_COUNT") or 0)
    for number, (name, value) in enumerate(GIT_SETTINGS.items(), first):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return environment | {"GIT_CONFIG_COUNT": str(first + len(GIT_SETTINGS))}
