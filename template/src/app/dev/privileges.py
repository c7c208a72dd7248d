"""Runs PostgreSQL as an ordinary user when we are root, which it refuses to be (template-owned)."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """Who runs a server: what goes before its command, and who must own its files (None: whoever we are)."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def own(self, path: Path) -> None:
        """Give a file or a whole folder to this account, unless it has it already."""
        if self.user is None or self.group is None or path.stat().st_uid == self.user:
            return
        os.chown(path, self.user, self.group)
        for inner in path.rglob("*"):
            os.chown(inner, self.user, self.group, follow_symlinks=False)


def ordinary_account(folder: Path) -> Account | None:
    """The account to run a server with whose files are in `folder`; None if root finds no way to be another.

    As root: first `setpriv`, keeping only the capability to pass closed folders (works in containers);
    then a user namespace. Both are tried, since a container may refuse either.
    """
    if os.geteuid() != 0:
        return Account()
    candidates = (_by_setpriv(folder), _by_user_namespace())
    return next((account for account in candidates if _works(account)), None)


def _by_setpriv(folder: Path) -> Account:
    """A folder made by an ordinary user stays theirs, so that they can go on without root."""
    status = folder.stat() if folder.exists() else None
    user, group = (status.st_uid, status.st_gid) if status and status.st_uid else (NOBODY, NOBODY)
    passing = "-all,+dac_override"
    prefix = ("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups")
    # Ambient alone is not enough: PostgreSQL asks access(2), which counts the capabilities left after the change.
    capabilities = (
        "--securebits=+no_setuid_fixup",
        f"--inh-caps={passing}",
        f"--ambient-caps={passing}",
        f"--bounding-set={passing}",
    )
    return Account((*prefix, *capabilities), user, group)


def _by_user_namespace() -> Account:
    """Inside it root is called nobody; outside the files are root's."""
    prefix = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    return Account(prefix, 0, 0)


def _works(account: Account) -> bool:
    if shutil.which(account.prefix[0]) is None:
        return False
    return subprocess.run([*account.prefix, "true"], capture_output=True, check=False).returncode == 0
