"""What the rules of a later release do to answers that were recorded by an earlier one."""

from pathlib import Path

import pytest
from copier.errors import UserMessageError

from tests.renders import Template, commit, git


@pytest.fixture
def releases(answered: Template, tmp_path: Path) -> Template:
    """A copy of the template to add releases to; its 1.0.0 asks `legacy` too."""
    git(answered.path, "clone", "--quiet", "--no-tags", str(answered.path), str(tmp_path / "template"))
    template = Template(tmp_path / "template")
    with (template.path / "copier.yml").open("a", encoding="utf-8") as questions:
        questions.write("\nlegacy:\n  type: bool\n  default: true\n")
    change(
        template,
        "answers.py",
        "RULES: dict[str, Rule] = {",
        'RULES: dict[str, Rule] = {\n    "legacy": _switch,',
    )
    template.release("1.0.0")
    return template


def change(template: Template, extension: str, old: str, new: str) -> None:
    path = template.path / "extensions" / extension
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def retire_legacy(template: Template) -> None:
    questions = template.path / "copier.yml"
    questions.write_text(questions.read_text(encoding="utf-8").split("\nlegacy:")[0], encoding="utf-8")
    change(template, "answers.py", '    "legacy": _switch,\n', "")
    change(template, "answers.py", "RETIRED: tuple[str, ...] = ()", 'RETIRED = ("legacy",)')


def test_an_update_drops_the_answer_to_a_retired_question(releases: Template, tmp_path: Path) -> None:
    service = releases.render(tmp_path / "service", {"legacy": False})
    commit(service, "Render the service.")
    retire_legacy(releases)
    releases.release("1.1.0")

    assert releases.update(service) == ()

    answers = (service / ".copier-answers.yml").read_text(encoding="utf-8")
    assert "_commit: 1.1.0" in answers
    assert "legacy" not in answers


def test_an_update_never_replaces_an_answer_that_a_stricter_rule_refuses(
    releases: Template, tmp_path: Path
) -> None:
    # Copier itself would take the default: another slug, without a word.
    service = releases.render(tmp_path / "service", {"service_slug": "billing"})
    commit(service, "Render the service.")
    change(releases, "answers.py", '"app", "just",', '"app", "billing", "just",')
    releases.release("1.1.0")

    with pytest.raises(UserMessageError, match="service_slug: `billing` is the name of something"):
        releases.update(service)

    assert git(service, "status", "--porcelain") == ""


def test_a_question_that_a_later_release_adds_gets_its_default(releases: Template, tmp_path: Path) -> None:
    service = releases.render(tmp_path / "service")
    commit(service, "Render the service.")
    # As docs for a new component say: on for services born with it, off for all others.
    with (releases.path / "copier.yml").open("a", encoding="utf-8") as questions:
        questions.write(
            "\ninvoices:\n  type: bool\n  default: \"<{ preset in ('standard', 'full') and born >= 2 }>\"\n"
            "  ask: \"<{ preset == 'custom' }>\"\n"
        )
    own = '_component("storage"),'
    change(releases, "components.py", own, f'_component("invoices"),\n    {own}')
    text = (releases.path / "copier.yml").read_text(encoding="utf-8")
    (releases.path / "copier.yml").write_text(text.replace("default: 1\n", "default: 2\n"), encoding="utf-8")
    releases.release("1.1.0")

    assert releases.update(service) == ()
    new = releases.render(tmp_path / "new")

    assert "invoices: false" in (service / ".copier-answers.yml").read_text(encoding="utf-8")
    assert "born: 1" in (service / ".copier-answers.yml").read_text(encoding="utf-8")
    assert "invoices: true" in (new / ".copier-answers.yml").read_text(encoding="utf-8")
