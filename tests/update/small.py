"""A template of a dozen small files in two releases, and `standards.py` run on services made from it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.renders import GIT_ENVIRONMENT, REPOSITORY, Template, commit, git

SCRIPT = REPOSITORY / "template/src/app/dev/standards.py"
LINES = "".join(f"line {number}\n" for number in range(1, 41))
QUESTIONS = """\
_subdirectory: template
_answers_file: .copier-answers.yml
_skip_if_exists: [uv.toml]
_exclude: ["{% if not mail %}mail.py{% endif %}"]
slug: {type: str, default: acme}
mail: {type: bool, default: true}
colour: {type: str, default: red, choices: [red, blue]}
"""
FIRST = {
    ".copier-answers.yml.jinja": "{{ _copier_answers|to_nice_yaml -}}\n",
    ".gitignore.jinja": "*.local\n/notes\n",
    "README.md.jinja": "# {{ slug }}\n",
    "edited.txt": LINES,
    "clash.txt": LINES,
    "removed.txt": "first\n",
    "old name.txt": LINES,
    "mail.py": "MAIL = 1\n",
    "image.bin": "\0first\n",
    "link.txt": "first\n",
    "tool.sh": "#!/bin/sh\n",
    "folder/only.py": "first\n",
    "pages/page.txt": LINES,
    "deleted.txt": "first\n",
    "uv.toml": '# Yours.\nexclude-newer = "2026-10-01T00:00:00Z"\n',
}
SECOND = {
    "edited.txt": LINES.replace("line 5\n", "line 5 of the template\n"),
    "clash.txt": LINES.replace("line 20\n", "line 20 of the template\n"),
    "removed.txt": None,
    "old name.txt": None,
    "new name.txt": LINES,
    "image.bin": "\0second\n",
    "link.txt": "second\n",
    "tool.sh": "#!/bin/sh\necho second\n",
    "folder/only.py": None,
    "pages/page.txt": LINES.replace("line 5\n", "line 5 of the template\n"),
    "deleted.txt": "second\n",
    "added.txt": "second\n",
    "both.txt": "second\n",
    "notes/index.md": "second\n",
    "settings.local": "second\n",
    "uv.toml": '# Yours.\nexclude-newer = "2026-11-01T00:00:00Z"\n',
}


def make_template(folder: Path) -> Template:
    """Return the template with its releases 1.0.0 and 2.0.0."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "copier.yml").write_text(QUESTIONS)
    template = Template(folder)
    for version, files in (("1.0.0", FIRST), ("2.0.0", SECOND)):
        write(folder / "template", files)
        template.release(version)
    return template


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write text files below `folder`; None deletes one."""
    for name, text in files.items():
        file = folder / name
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)


def make_service(template: Template, folder: Path) -> Path:
    """Return a committed service of release 1.0.0."""
    template.render(folder, version="1.0.0")
    commit(folder, "First render")
    return folder


def start(service: Path, *arguments: str, script: Path = SCRIPT, **environment: str) -> subprocess.Popen[str]:
    """Start `standards` in a service, with a folder for its temporary files: `<service>.temporary`."""
    temporary = service.with_name(f"{service.name}.temporary")
    temporary.mkdir(exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.Popen(
        [sys.executable, str(script), *arguments],
        cwd=service,
        env=clean | GIT_ENVIRONMENT | {"TMPDIR": str(temporary)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def standards(service: Path, *arguments: str, script: Path = SCRIPT, **environment: str) -> tuple[int, str]:
    """Run `standards`; return its status and output. Nothing of it may be left behind, whatever happened."""
    process = start(service, *arguments, script=script, **environment)
    output, _ = process.communicate(timeout=120)
    assert "Traceback" not in output
    assert leftovers(service) == []
    return process.returncode, output


def leftovers(service: Path) -> list[str]:
    """List temporary files, worktrees and branches beyond the service's own."""
    temporary = [path.name for path in service.with_name(f"{service.name}.temporary").iterdir()]
    worktrees = git(service, "worktree", "list", "--porcelain").split("\n\n")[1:-1]
    branches = git(service, "branch", "--format=%(refname)").split()
    return temporary + worktrees + [name for name in branches if name != "refs/heads/main"]
