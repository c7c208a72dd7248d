"""Renders and updates of the working tree's template, in process, for every test that needs a service."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import copier

Answers = Mapping[str, Any]

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST_VERSION = "1.0.0"

# Who commits in scratch repositories: a bare machine knows no identity, and a developer's own settings
# (signing, hooks, line ends) must not change what a test sees.
GIT_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Tests",
    "GIT_AUTHOR_EMAIL": "tests@acme.example",
    "GIT_COMMITTER_NAME": "Tests",
    "GIT_COMMITTER_EMAIL": "tests@acme.example",
}


@dataclass(frozen=True)
class Template:
    """A scratch Git repository that holds the template; its tags are the releases.

    Nothing of the clone that the tests run in is used but the bytes of its files: no tag, no history.
    """

    path: Path

    @classmethod
    def snapshot(
        cls, path: Path, *, version: str = FIRST_VERSION, keep: Callable[[str], bool] | None = None
    ) -> "Template":
        """Copy the working tree, as Git sees it (untracked files too, ignored ones not), and release it.

        `keep` gets a path relative to the repository, as `template/justfile`, and says whether to take it.
        """
        for name in working_files():
            if keep is None or keep(name):
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPOSITORY / name, path / name)
        git(path, "init", "--quiet", "--initial-branch=main")
        template = cls(path)
        template.release(version)
        return template

    def release(self, version: str) -> None:
        """Commit whatever was changed below `path` and tag it with `version` (PEP 440, growing)."""
        commit(self.path, f"Release {version}.")
        git(self.path, "tag", version)

    def render(
        self, destination: Path, answers: Answers | None = None, *, version: str | None = None
    ) -> Path:
        """Render a new service into `destination`, of the last release or of `version`."""
        copier.run_copy(
            str(self.path),
            destination,
            data=dict(answers or {}),
            vcs_ref=version,
            defaults=True,
            quiet=True,
            unsafe=True,
        )
        return destination

    def update(
        self, service: Path, answers: Answers | None = None, *, version: str | None = None
    ) -> tuple[str, ...]:
        """Update a committed service to the last release or to `version`; give the paths in conflict.

        With `version=":current:"` only answers change. Nothing is committed.
        """
        copier.run_update(
            service,
            data=dict(answers or {}),
            vcs_ref=copier.VcsRef.CURRENT if version == ":current:" else version,
            defaults=True,
            overwrite=True,
            quiet=True,
            unsafe=True,
        )
        return conflicts(service)


def working_files() -> list[str]:
    """List the working tree's files that are tracked, or untracked and not ignored."""
    names = git(REPOSITORY, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({name for name in names if name and (REPOSITORY / name).is_file()})


def files(folder: Path) -> dict[str, bytes]:
    """Read a rendered service: every file's path and bytes, without `.git`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def commit(folder: Path, message: str) -> None:
    """Commit everything below `folder`, which becomes a repository if it is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)


def conflicts(folder: Path) -> tuple[str, ...]:
    """List the paths that Git holds as unmerged."""
    lines = git(folder, "ls-files", "--unmerged", "-z").split("\0")
    return tuple(sorted({line.split("\t", 1)[1] for line in lines if line}))


def git(folder: Path, *arguments: str) -> str:
    """Run Git in `folder`, free of the user's settings, and give what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment | GIT_ENVIRONMENT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ).stdout
