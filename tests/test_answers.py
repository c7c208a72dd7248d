"""Hostile answers: accepted verbatim or refused by name, and never a half-written or unparsable service."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier.errors import UserMessageError
from hatchling.metadata.core import ProjectMetadata
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extensions import filters
from tests.renders import REPOSITORY, Template, files

QUESTIONS: dict[str, dict[str, Any]] = {
    name: question
    for name, question in yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8")).items()
    if not name.startswith("_")
}
FREE_TEXT = ("project_name", "description", "organization", "author_name")
# Plain words in the place of free text: two renders that differ in it alone are compared.
PLAIN = {name: f"Plain{name.title().replace('_', '')}" for name in FREE_TEXT} | {"service_slug": "acme"}

VERBATIM = [
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "\\\\",
    "\\n",
    "\\u0041",
    "a\\",
    'a" # b',
    "${HOME}",
    "$HOME",
    "$(x)",
    "`x`",
    "$$",
    "%PATH%",
    "{{ 7*7 }}",
    "{% raw %}",
    "<{ 7*7 }>",
    "<% if x %>",
    "<# x #>",
    "#% if mail",
    "${{ github.token }}",
    "#{x}",
    "x: y",
    "- x",
    "? x",
    "&a *a",
    "!!python/object:os.system",
    "| x",
    "> x",
    "@x",
    "%x",
    "[x]",
    "{x: y}",
    "---",
    "...",
    "~",
    "null",
    "true",
    "no",
    "1e3",
    "0x1F",
    "3.10",
    "2026-11-22",
    "<<",
    "[tool.x]",
    "x = 1",
    "# x",
    "# Yours: `uv add` writes below this line.",
    "</script><script>alert(1)</script>",
    "<!-- x -->",
    "'; DROP TABLE users; --",
    "👩‍🚀🏳️‍🌈👍🏽",
    "مشروع الفواتير",
    "שלום \u200fעולם\u200f",
    "\u202eevil\u202c",
    "\ufeffbom",
    "\uffff\ufffe",
    "e\u0301 é ﬁ",
    "日本語 プロジェクト",
    "\U0010ffff",
    "a\u00a0b\u200bc",
    " outer blanks ",
    "..",
    ".git",
    "-x",
    "/etc/passwd",
    "C:\\Windows",
    "class",
    "json",
    "x" * 100,
]

REFUSED = [
    ("project_name", ""),
    ("project_name", "   "),
    ("project_name", "a\nb"),
    ("project_name", "a\r\nb"),
    ("project_name", "a\tb"),
    ("project_name", "a\0b"),
    ("project_name", "\x1b[31mred"),
    ("project_name", "a\u2028b"),
    ("project_name", "x" * 300),
    ("project_name", ["a", "b"]),
    ("description", "x\n[tool.evil]\ny = 1"),
    ("description", "x" * 301),
    ("organization", "a\x7fb"),
    ("organization", "a\x85b"),
    ("author_name", "a\nBcc: all@acme.example"),
    ("author_name", None),
    ("author_email", "a@b.co\nBcc: x@y.zz"),
    ("author_email", "nobody"),
    ("author_email", "${HOME}@acme.example"),
    ("author_email", "<a@acme.example>"),
    ("service_slug", ""),
    ("service_slug", "Acme"),
    ("service_slug", "acme_api"),
    ("service_slug", "acme api"),
    ("service_slug", "-x"),
    ("service_slug", ".."),
    ("service_slug", "."),
    ("service_slug", ".git"),
    ("service_slug", "/etc/passwd"),
    ("service_slug", "../evil"),
    ("service_slug", "a/b"),
    ("service_slug", "${HOME}"),
    ("service_slug", "{{ 7*7 }}"),
    ("service_slug", "🚀"),
    ("service_slug", "x" * 21),
    ("service_slug", "redis"),
    ("service_slug", "app"),
    ("service_slug", "nul"),
    ("framework", "flask"),
    ("python_version", "3.10"),
    ("python_version", "3"),
    ("preset", "ful"),
    ("preset", ""),
    ("mail", "maybe"),
    ("github_actions", ""),
    ("aws_region", "Frankfurt"),
    ("aws_region", 'us-east-1"'),
    ("sample", "2"),
    ("made_as", "fastapi"),
    ("born", "soon"),
    ("prest", "minimal"),
    ("Mail", "true"),
]


@pytest.fixture(scope="session")
def plain(answered: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return files(answered.render(tmp_path_factory.mktemp("plain") / "service", PLAIN))


def parsed(path: str, content: bytes) -> Any:
    """Read a file as its own parser does; None where none does."""
    if path.endswith((".yml", ".yaml")):
        return yaml.safe_load(content)
    if path.endswith(".json"):
        return json.loads(content)
    return tomllib.loads(content.decode()) if path.endswith(".toml") else None


def answer_in(value: Any, text: str) -> Any:
    """Put `text` wherever a parsed file of the plain render has a plain word."""
    if isinstance(value, dict):
        return {key: answer_in(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [answer_in(item, text) for item in value]
    if isinstance(value, str):
        for name in FREE_TEXT:
            value = value.replace(PLAIN[name], text)
    return value


def metadata(service: Path) -> Any:
    """Read pyproject.toml as the tool that builds the package does."""
    return ProjectMetadata(str(service), None).core


@pytest.mark.parametrize("text", VERBATIM)
def test_free_text_arrives_verbatim(
    text: str, answered: Template, plain: dict[str, bytes], tmp_path: Path
) -> None:
    service = answered.render(tmp_path / "service", PLAIN | dict.fromkeys(FREE_TEXT, text))
    hostile = files(service)

    assert set(hostile) == set(plain)
    for path, content in hostile.items():
        if (document := parsed(path, content)) is not None:
            assert document == answer_in(parsed(path, plain[path]), text), path
        elif path.endswith(".md"):
            assert content.decode() == answer_in(plain[path].decode(), filters.markdown(text)), path
        else:
            assert content == plain[path], f"{path} holds free text"
    assert metadata(service).authors == [{"name": text, "email": "team@acme.example"}]


@pytest.mark.parametrize("text", ["${HOME}", "${{ github.token }}", "`x`"])
def test_no_free_text_lands_where_something_would_run_it(
    text: str, answered: Template, plain: dict[str, bytes], tmp_path: Path
) -> None:
    hostile = files(answered.render(tmp_path / "service", PLAIN | dict.fromkeys(FREE_TEXT, text)))

    run = [path for path in hostile if path.startswith((".github/", "docker-compose", "Dockerfile"))]
    assert run
    assert [path for path in run if hostile[path] != plain[path]] == []


def test_a_description_of_300_characters_arrives_verbatim(answered: Template, tmp_path: Path) -> None:
    service = answered.render(tmp_path / "service", {"description": "🚀" * 300})

    assert metadata(service).description == "🚀" * 300


@pytest.mark.parametrize(
    "name", ["🚀", "..", "-x", ".git", "/etc/passwd", "class", "json", "${HOME}", "مشروع", "Redis"]
)
def test_any_project_name_gives_a_service_that_can_be_built(
    name: str, answered: Template, tmp_path: Path
) -> None:
    service = answered.render(tmp_path / "service", {"project_name": name})

    assert metadata(service).name.endswith("-service")


@pytest.mark.parametrize(("question", "answer"), REFUSED)
def test_what_cannot_be_is_refused_by_name_and_nothing_written(
    question: str, answer: Any, answered: Template, tmp_path: Path
) -> None:
    with pytest.raises(UserMessageError, match=rf"(?m)^{question}: "):
        answered.render(tmp_path / "service", {question: answer})

    assert list(tmp_path.iterdir()) == []


def test_all_that_is_wrong_is_said_at_once(answered: Template, tmp_path: Path) -> None:
    with pytest.raises(UserMessageError) as refusal:
        answered.render(tmp_path / "service", {"prest": "full", "service_slug": "A", "mail": "maybe"})

    assert str(refusal.value).splitlines() == [
        "prest: no question has this name; did you mean `preset`?",
        "mail: answer true or false",
        "service_slug: use at most 20 small letters, digits and single hyphens, as in `a`",
    ]


def copy_by_command(source: str, service: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "copier", "copy", "--trust", "--defaults", *options, source, str(service)],
        cwd=service.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-d", "prest=minimal"], "prest: no question has this name; did you mean `preset`?"),
        (["--quiet", "-d", "preset=ful"], "preset: choose one of standard, full, minimal, custom"),
        (["--quiet", "--data-file", "answers.yml"], "colour: no question has this name"),
        (
            ["-d", "author_name=a\nb"],
            "author_name: line breaks and control characters can't be used: remove U+000A",
        ),
    ],
)
def test_the_command_line_refuses_in_one_line(
    options: list[str], message: str, answered: Template, tmp_path: Path
) -> None:
    (tmp_path / "answers.yml").write_text("colour: true\n", encoding="utf-8")

    done = copy_by_command(str(answered.path), tmp_path / "service", *options)

    assert (done.returncode, done.stderr.strip(), (tmp_path / "service").exists()) == (1, message, False)


def test_a_relative_source_is_refused_with_the_fix(answered: Template, tmp_path: Path) -> None:
    (tmp_path / "template").symlink_to(answered.path)

    done = copy_by_command("template", tmp_path / "service")

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The template's source `template` is a relative path: no later update could find it. Give an absolute"
        " path or a Git URL (in an existing service: as `_src_path` in .copier-answers.yml)."
    )
    assert not (tmp_path / "service").exists()


def strategy_of(question: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Draw what a question's type allows, and what it doesn't."""
    if "choices" in question:
        return st.sampled_from([*question["choices"], "other"])
    if question["type"] == "bool":
        return st.booleans() | st.sampled_from(["true", "no", "maybe"])
    return st.sampled_from(VERBATIM) | st.text(max_size=120) | st.from_regex(r"[a-z]{1,8}", fullmatch=True)


ANY_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        name: strategy_of(question)
        for name, question in QUESTIONS.items()
        if question.get("ask") is not False
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=ANY_ANSWERS)
def test_any_answers_give_a_service_or_a_refusal(
    answers: dict[str, Any], answered: Template, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        service = answered.render(folder / "service", answers)
    except UserMessageError as refusal:
        refused = {line.split(":")[0] for line in str(refusal).splitlines()}
        assert refused <= answers.keys()
        assert list(folder.iterdir()) == []
        return

    for path, content in files(service).items():
        parsed(path, content)
    recorded = yaml.safe_load((service / ".copier-answers.yml").read_text(encoding="utf-8"))
    texts = {name: answer for name, answer in answers.items() if name in FREE_TEXT}
    assert {name: recorded[name] for name in texts} == texts
    assert metadata(service).authors[0]["name"] == recorded["author_name"]
