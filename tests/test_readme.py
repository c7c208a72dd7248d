"""README's commands are the contract's, and its first renders; tests/readme/ runs that one to its end."""

import re
from pathlib import Path

from tests.renders import REPOSITORY, Template, working_files
from tests.tools import run

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
UVX = "uvx --with copier-template-extensions "


def test_the_two_commands_are_those_of_the_contract() -> None:
    assert COMMANDS == [
        'uvx --with copier-template-extensions copier copy --trust --defaults "$PWD" ../my-service'
        " && cd ../my-service && uv run just dev",
        "uvx nox",
    ]


def test_readme_fits_in_80_lines() -> None:
    assert len(README.splitlines()) <= 80


def test_the_first_command_renders_a_service(tmp_path: Path) -> None:
    clone = Template.snapshot(tmp_path / "clone").path
    render = COMMANDS[0].partition(" && cd")[0]
    assert render.startswith(UVX)

    # Of this environment's Copier, which needs no download.
    run(
        "uv",
        "run",
        "--quiet",
        "--project",
        str(REPOSITORY),
        "bash",
        "-c",
        render.removeprefix(UVX),
        folder=clone,
    )

    assert "dev *ARGS:" in (tmp_path / "my-service/justfile").read_text(encoding="utf-8")


def test_ci_calls_the_second_command() -> None:
    assert COMMANDS[1] in (REPOSITORY / ".ci/run").read_text(encoding="utf-8")


def test_every_session_has_a_line() -> None:
    noxfile = (REPOSITORY / "noxfile.py").read_text(encoding="utf-8")
    named = re.findall(r"^\| `uvx nox -s ([a-z]+)`", README, re.MULTILINE)

    assert named == re.findall(r"^@session\ndef ([a-z]+)\(", noxfile, re.MULTILINE)


def test_every_other_way_to_call_copier_names_the_extension_package() -> None:
    names = [name for name in working_files() if name.endswith((".md", ".md.jinja")) or name == "copier.yml"]
    texts = [(REPOSITORY / name).read_text(encoding="utf-8") for name in names]
    calls = [call for text in texts for call in re.findall(r"uvx[^`\n]* copier [^`\n]*", text)]

    assert calls
    assert [call for call in calls if not call.startswith(f"{UVX}copier ")] == []
