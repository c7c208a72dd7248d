"""The weekly pull requests of `.github/workflows/standards-update.yml` (template-owned), in two steps.

`prepare` runs what others wrote, so its job may write nothing: it hands over a commit and a text. `publish` has a token
that may write, and runs nothing of theirs. A script of the standard library, as `standards.py`: it runs before any
environment is made. Status: 0 done or nothing to do, 1 red (an error, a failed check, edits in the way of the update).
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

Done = subprocess.CompletedProcess[str]
# Who GitHub says that the workflow is.
AUTHOR = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
# What `just standards update` says before it lists edits, and its status then: uv too has errors of that status.
IN_THE_WAY = ("in the way of the update", 2)
MOST_BYTES = 20_000  # of each text: GitHub takes 65,536 characters in all
FENCE = "`" * 8
REOPEN = """\
If no checks appear below, close and reopen this pull request: what the workflow opens with its own token starts none.
`docs/github_actions.md` says how to have an app open it."""


@dataclass(frozen=True)
class Update:
    """One weekly pull request: the recipe that makes it, and the one that checks it if the first doesn't."""

    title: str
    recipe: tuple[str, ...]
    checked_by: str = ""


@dataclass(frozen=True)
class Prepared:
    """What one job hands to the other; a commit only if `changed`."""

    title: str
    body: str
    changed: bool = False
    failed: bool = False
    in_the_way: bool = False


UPDATES = {
    "standards": Update("Update to the newest release of the template", ("standards", "update"), "check"),
    "packages": Update("Move to newer packages", ("upgrade",)),
}


class GitHubError(Exception):
    """What stops the job; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the status."""
    parser = argparse.ArgumentParser(description="Prepares or publishes one of the weekly pull requests.")
    parser.add_argument("step", choices=("prepare", "publish"))
    parser.add_argument("update", choices=tuple(UPDATES))
    parser.add_argument("folder", type=Path, help="what the one hands to the other")
    given = parser.parse_args(arguments)
    try:
        if given.step == "prepare":
            prepare(given.update, given.folder)
        else:
            publish(given.update, given.folder)
    except GitHubError as error:
        print(f"::error::{error}")
        return 1
    return 0


def prepare(name: str, folder: Path) -> None:
    """Run the recipe and write into `folder` what is to be published; or raise GitHubError."""
    update = UPDATES[name]
    folder.mkdir(parents=True)
    # The template may be a private repository: git asks gh, and that the token.
    _run("gh", "auth", "setup-git")
    made = _recipe(*update.recipe, may_read_the_template=bool(update.checked_by))
    said = {f"just {' '.join(update.recipe)}": made.stdout}
    if IN_THE_WAY[0] in made.stdout and made.returncode == IN_THE_WAY[1]:
        prepared = Prepared(update.title, _body(said), in_the_way=True)
    elif _stage():
        prepared = _commit_and_check(name, made, said, folder / "commit.bundle")
    elif made.returncode:
        raise GitHubError(f"just {' '.join(update.recipe)}: status {made.returncode}, see above")
    else:
        prepared = Prepared(update.title, _body(said))
    (folder / "prepared.json").write_text(json.dumps(asdict(prepared)), encoding="utf-8")


def _commit_and_check(name: str, made: Done, said: dict[str, str], bundle: Path) -> Prepared:
    """Commit what is staged; check it, unless what made it did so by itself."""
    update, last = UPDATES[name], made
    _commit(name, update.title, bundle)
    if update.checked_by:
        last = _recipe(update.checked_by)
        said[f"just {update.checked_by}"] = last.stdout
    said["git diff --stat"] = _run("git", "diff", "--stat", "HEAD^", "HEAD").stdout
    verdict = f"Checks: **{'failed' if last.returncode else 'passed'}**."
    return Prepared(update.title, _body(said, verdict), changed=True, failed=last.returncode != 0)


def publish(name: str, folder: Path) -> None:
    """Open or refresh the pull request, or the issue if edits are in the way; raise GitHubError if it is red."""
    prepared = Prepared(**json.loads((folder / "prepared.json").read_text(encoding="utf-8")))
    issue = _number("issue", prepared.title)
    if prepared.in_the_way:
        _open_or_refresh("issue", issue, prepared)
        raise GitHubError(f"edits are in the way; the issue '{prepared.title}' lists them")
    if issue:
        _run("gh", "issue", "close", issue, "--comment", "Nothing is in the way any more.")
    if not prepared.changed:
        print("Nothing to do.")
        return
    branch = f"update/{name}"
    _push(branch, folder / "commit.bundle")
    head = ("--head", branch)
    number = _number("pr", prepared.title, *head)
    _open_or_refresh("pr", number, prepared, *head, "--base", "main")
    if prepared.failed:
        raise GitHubError(f"a check fails; the pull request '{prepared.title}' says which")


def _recipe(*words: str, may_read_the_template: bool = False) -> Done:
    """Run a recipe, whatever its status is, and show what it says."""
    environment = {key: text for key, text in os.environ.items() if may_read_the_template or key != "GH_TOKEN"}
    done = subprocess.run(
        ["uv", "run", "just", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    print(done.stdout, flush=True)
    return done


def _stage() -> bool:
    """Stage what the recipe changed in tracked files, and say whether anything is staged."""
    _run("git", "add", "--update")
    return subprocess.run(["git", "diff", "--staged", "--quiet"], check=False).returncode != 0


def _commit(name: str, title: str, bundle: Path) -> None:
    """Commit what is staged, and write the commit into a file that another clone can fetch from."""
    author = ("-c", f"user.name={AUTHOR[0]}", "-c", f"user.email={AUTHOR[1]}")
    _run("git", "switch", "--quiet", "--force-create", f"update/{name}")
    _run("git", *author, "commit", "--quiet", "--no-verify", "--message", title)
    _run("git", "bundle", "create", "--quiet", str(bundle), f"HEAD^..update/{name}")


def _body(said: dict[str, str], verdict: str = "") -> str:
    parts = ["By the workflow **Standards update**, which refreshes this each week.", verdict]
    for heading, text in said.items():
        end = text.encode()[-MOST_BYTES:].decode(errors="ignore").replace(FENCE, "")
        parts.append(f"## {heading}\n\n{FENCE}\n{end.strip()}\n{FENCE}")
    return "\n\n".join(part for part in (*parts, REOPEN if verdict else "") if part)


def _push(branch: str, bundle: Path) -> None:
    """Push the prepared commit, over an older one of ours but never over somebody's own."""
    _run("gh", "auth", "setup-git")
    _run("git", "fetch", "--quiet", str(bundle), f"{branch}:{branch}")
    known = subprocess.run(["git", "fetch", "--quiet", "origin", branch], check=False).returncode == 0
    authors = _run("git", "log", "--format=%ae", "origin/main..FETCH_HEAD").stdout.split() if known else []
    if others := sorted(set(authors) - {AUTHOR[1]}):
        raise GitHubError(f"{branch} holds commits of {', '.join(others)}: merge it, or delete it, then run this again")
    if subprocess.run(["git", "push", "--quiet", "--force", "origin", branch], check=False).returncode:
        raise GitHubError(f"{branch} can't be pushed, see above; workflows take an app (docs/github_actions.md)")


def _number(kind: str, title: str, *options: str) -> str:
    """The number of our open issue or pull request, or nothing."""
    words = ("list", "--state", "open", "--limit", "200", "--json", "number,title")
    found = json.loads(_run("gh", kind, *words, *options).stdout)
    # Of a branch there is one pull request, whoever gave it another title.
    return next((str(each["number"]) for each in found if options or each["title"] == title), "")


def _open_or_refresh(kind: str, number: str, prepared: Prepared, *options: str) -> None:
    text = ("--title", prepared.title, "--body", prepared.body)
    if number:
        _run("gh", kind, "edit", number, *text)
    else:
        print(_run("gh", kind, "create", *text, *options).stdout)


def _run(*command: str) -> Done:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise GitHubError(f"{' '.join(command[:3])}: {done.stderr.strip()}")
    return done


if __name__ == "__main__":
    sys.exit(main())
