"""The questions: complete, recorded whatever the preset, and in step with the extensions."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier.errors import UserMessageError

from extensions.answers import FRAMEWORKS, PRESETS, PYTHON_VERSIONS, RESERVED_SLUGS, RULES
from extensions.components import COMPONENTS
from tests.conftest import Render
from tests.renders import REPOSITORY, Template, commit, files, git

COPIER_YML: dict[str, Any] = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8"))
QUESTIONS = {name: question for name, question in COPIER_YML.items() if not name.startswith("_")}
ASKED = [name for name, question in QUESTIONS.items() if question.get("ask") is not False]
COMPONENT_NAMES = [component.name for component in COMPONENTS]


def recorded(service: Path) -> dict[str, Any]:
    """Read a service's recorded answers."""
    answers: dict[str, Any] = yaml.safe_load((service / ".copier-answers.yml").read_text(encoding="utf-8"))
    return answers


@pytest.mark.parametrize(
    ("preset", "is_on"), [("standard", True), ("full", True), ("minimal", False), ("custom", True)]
)
def test_a_preset_sets_the_defaults(preset: str, is_on: bool, render: Render) -> None:
    assert {name: answer for name, answer in recorded(render(preset=preset)).items() if name[0] != "_"} == {
        "antivirus": preset == "full",
        "aws_region": "us-east-1",
        "author_email": "team@acme.example",
        "author_name": "Platform Team",
        "born": 1,
        "description": "Acme API, a Python service.",
        "documents": is_on,
        "framework": "fastapi",
        "github_actions": is_on,
        "helm": preset == "full",
        "made_as": "fastapi",
        "made_with_sample": is_on,
        "mail": is_on,
        "organization": "Acme",
        "preset": preset,
        "project_name": "Acme API",
        "python_version": "3.13",
        "sample": is_on,
        "search": is_on,
        "service_slug": "acme-api",
        "storage": is_on,
        "terraform": is_on,
    }


def test_without_answers_the_preset_is_standard(render: Render) -> None:
    assert files(render()) == files(render(preset="standard"))


def test_an_answer_wins_over_the_preset(answered: Template, tmp_path: Path) -> None:
    answers = recorded(answered.render(tmp_path / "service", {"preset": "minimal", "mail": True}))

    assert (answers["mail"], answers["github_actions"]) == (True, False)


@pytest.mark.parametrize("word", [False, "false", "no", "off"])
def test_a_switch_is_read_as_the_command_line_gives_it(word: Any, answered: Template, tmp_path: Path) -> None:
    assert recorded(answered.render(tmp_path / "service", {"mail": word}))["mail"] is False


def test_the_python_version_reaches_the_file_that_uv_reads(answered: Template, tmp_path: Path) -> None:
    service = answered.render(tmp_path / "service", {"python_version": "3.12"})

    assert (service / ".python-version").read_text(encoding="utf-8") == "3.12\n"


def test_another_preset_later_changes_nothing_else(template: Template, tmp_path: Path) -> None:
    service = template.render(tmp_path / "service", {"preset": "standard"})
    commit(service, "Render the service.")

    assert template.update(service, {"preset": "minimal"}) == ()

    changed = re.findall(r"^[-+]\w.*", git(service, "diff", "--unified=0"), re.MULTILINE)
    assert git(service, "status", "--porcelain") == " M .copier-answers.yml\n"
    assert changed == ["-preset: standard", "+preset: minimal"]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"sample": False}, "sample: the service was made with the sample, which no update can change"),
        ({"framework": "django"}, "framework: the service was made as fastapi, which no update can change"),
    ],
)
def test_an_update_cannot_change_what_the_service_was_made_as(
    answer: dict[str, Any], refusal: str, template: Template, tmp_path: Path
) -> None:
    service = template.render(tmp_path / "service")
    commit(service, "Render the service.")

    with pytest.raises(UserMessageError, match=refusal):
        template.update(service, answer)

    assert git(service, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_type_and_a_default(name: str) -> None:
    assert {"type", "default"} <= QUESTIONS[name].keys()


@pytest.mark.parametrize("name", ASKED)
def test_every_asked_question_has_a_help_of_whole_sentences(name: str) -> None:
    assert QUESTIONS[name]["help"].strip().endswith(".")


@pytest.mark.parametrize("name", [name for name in ASKED if QUESTIONS[name]["type"] == "str"])
def test_every_text_has_a_rule_and_a_validator_or_choices(name: str) -> None:
    assert name in RULES
    assert "choices" in QUESTIONS[name] or QUESTIONS[name]["validator"] == f"<{{ fault('{name}') }}>"


def test_what_no_update_can_change_has_a_validator() -> None:
    assert QUESTIONS["framework"]["validator"] == "<{ fault('framework') }>"
    assert QUESTIONS["sample"]["validator"] == "<{ fault('sample') }>"


def test_what_is_never_asked_is_recorded_without_a_validator() -> None:
    hidden = [name for name in QUESTIONS if name not in ASKED]

    assert hidden == ["born", "made_as", "made_with_sample"]
    assert [name for name in hidden if "validator" in QUESTIONS[name]] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_is_hidden_by_when(name: str) -> None:
    # What `when` hides isn't recorded, and a later default would switch it.
    assert "when" not in QUESTIONS[name]


@pytest.mark.parametrize("name", [*COMPONENT_NAMES, "sample"])
def test_a_component_is_a_switch_that_only_custom_asks(name: str) -> None:
    assert (QUESTIONS[name]["type"], QUESTIONS[name]["ask"]) == ("bool", "<{ preset == 'custom' }>")


def test_every_switch_is_a_component_or_the_sample() -> None:
    switches = {name for name in ASKED if QUESTIONS[name]["type"] == "bool"}

    assert switches == {*COMPONENT_NAMES, "sample"}


def test_every_question_has_a_rule_or_a_component() -> None:
    assert set(QUESTIONS) == {*RULES, *COMPONENT_NAMES}


@pytest.mark.parametrize(
    ("name", "choices"), [("framework", FRAMEWORKS), ("python_version", PYTHON_VERSIONS), ("preset", PRESETS)]
)
def test_the_choices_are_those_of_the_rules(name: str, choices: tuple[str, ...]) -> None:
    assert tuple(QUESTIONS[name]["choices"]) == choices


@pytest.mark.parametrize("when", ["before_copy", "after_copy", "before_update", "after_update"])
def test_every_message_names_the_next_command(when: str) -> None:
    assert "Next command" in COPIER_YML[f"_message_{when}"]


@pytest.mark.parametrize("setting", ["_tasks", "_migrations", "_external_data"])
def test_the_template_runs_nothing(setting: str) -> None:
    assert setting not in COPIER_YML


def test_no_dependency_of_the_service_can_be_its_slug(render: Render) -> None:
    parsed = tomllib.loads((render() / "pyproject.toml").read_text(encoding="utf-8"))
    names = [*parsed["project"]["dependencies"], *parsed["build-system"]["requires"]]
    names += [name for group in parsed["dependency-groups"].values() for name in group]
    assert {re.split(r"[\[<>=~! ]", name)[0] for name in names} <= RESERVED_SLUGS
