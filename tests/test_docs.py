"""Pages say what the code says, their links lead somewhere, and no command is missing or made up."""

import re
import tomllib
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from docs.reference.generate import COMMAND, marked_blocks, pages
from extensions.answers import FRAMEWORKS
from extensions.components import COMPONENTS
from tests.conftest import Render
from tests.renders import REPOSITORY, working_files

PAGES = [name for name in working_files() if name.endswith(".md") and not name.startswith("template/")]
DECISIONS = sorted((REPOSITORY / "docs/decisions").glob("*.md"))
# The second is of `terraform`, which the renders below have.
JUSTFILES = ("template/justfile", "template/infrastructure/deploy.just.jinja")
JUSTFILE = "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in JUSTFILES)
RECIPES = set(re.findall(r"^([a-z][a-z-]*)(?: [^:=\n]*)?:(?!=)", JUSTFILE, re.MULTILINE))
# What pages have their readers make.
MADE_UP = frozenset({"notes", "note", "billing", "search"})
JUST = re.compile(r"(?:^|[`\s;])(?:uv run (?:-q )?)?just ([a-z-]+)")


@pytest.mark.parametrize("name", list(pages()))
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    path = REPOSITORY / name

    assert path.exists() and path.read_text(encoding="utf-8") == pages()[name], f"write it anew: {COMMAND}"


@pytest.mark.parametrize("component", [component.name for component in COMPONENTS])
def test_a_component_has_at_most_six_marked_blocks_outside_its_own_files(component: str) -> None:
    assert sum(marked_blocks(component).values()) <= 6


@pytest.mark.parametrize("name", PAGES)
def test_a_link_of_a_page_leads_somewhere(name: str) -> None:
    assert _broken_links(REPOSITORY / name) == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_link_of_a_services_pages_leads_somewhere(framework: str, render: Render) -> None:
    service = render(preset="minimal", framework=framework)
    found = [service / "README.md", service / "AGENTS.md", *service.glob("docs/**/*.md")]

    assert [link for page in found for link in _broken_links(page)] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_test_that_the_pages_on_security_name_is_there(framework: str, render: Render) -> None:
    service = render(framework=framework)
    shared = (service / "docs/security.md").read_text(encoding="utf-8")
    inside = (service / "docs" / framework / "tests.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_/]+\.py)`", shared.partition("## Which test holds which check")[2] + inside)

    assert len(named) > 40
    assert [name for name in named if not (service / "tests" / name).is_file()] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_file_that_a_services_pages_name_is_there(framework: str, render: Render) -> None:
    service = render(framework=framework)
    found = [service / "README.md", service / "AGENTS.md", *service.glob("docs/**/*.md")]
    named = {name for page in found for name in _named_files(page)}

    assert len(named) > 5
    assert {name for name in named if not (service / name).exists()} == set()


def test_every_file_that_the_pages_here_name_is_in_a_render_or_here(render: Render) -> None:
    roots = [REPOSITORY, REPOSITORY / "template", *(render(framework=framework) for framework in FRAMEWORKS)]
    named = {name for page in PAGES for name in _named_files(REPOSITORY / page)}

    assert {name for name in named if not any((root / name).exists() for root in roots)} == set()


@pytest.mark.parametrize(
    "page", ["tutorial/first-service.md", "how-to/add-a-resource.md", "how-to/add-a-component.md"]
)
def test_a_page_shows_the_way_in_each_flavour(page: str) -> None:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")

    assert ("src/app/api/" in text, "src/app/apps/" in text) == (True, True)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_recipe_and_every_entry_point_of_a_service_has_a_line(framework: str, render: Render) -> None:
    service = render(framework=framework)
    text = (service / "docs/commands.md").read_text(encoding="utf-8")
    project = tomllib.loads((service / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    documented = set(re.findall(r"^\| `([a-z-]+)", text, re.MULTILINE))

    assert documented == RECIPES | set(project["scripts"])


def test_no_page_names_a_recipe_that_is_not_there() -> None:
    names = [*PAGES, *(name for name in working_files() if re.fullmatch(r"template/.*\.md(\.jinja)?", name))]
    texts = {name: (REPOSITORY / name).read_text(encoding="utf-8") for name in names}

    assert {
        (name, recipe)
        for name, text in texts.items()
        for code in re.findall(r"^```.*?^```|`[^`\n]+`", text, re.MULTILINE | re.DOTALL)
        for recipe in JUST.findall(code)
        if recipe not in RECIPES
    } == set()


@pytest.mark.parametrize(
    "name", ["AGENTS.md", "CONTRIBUTING.md", "template/AGENTS.md.jinja", "template/CONTRIBUTING.md"]
)
def test_it_is_one_page(name: str) -> None:
    assert len((REPOSITORY / name).read_text(encoding="utf-8").splitlines()) <= 60


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        *("Context", "Decision", "Consequences", "Alternatives")
    ]
    assert text.startswith(f"# {int(path.name[:4])}. ")


def _named_files(page: Path) -> set[str]:
    """The files and folders that a page names in its code, without those that its reader is to make."""
    text = page.read_text(encoding="utf-8")
    code = " ".join(re.findall(r"^```.*?^```|`[^`\n]+`", text, re.MULTILINE | re.DOTALL))
    named = {
        name.rstrip("./")
        for name in re.findall(r"(?<![\w./-])((?:template/)?(?:src/app|tests)/[\w./-]++)(?![*<])", code)
    }
    return {name for name in named if not MADE_UP & set(re.split(r"[/._]", name))}


def _broken_links(page: Path) -> list[str]:
    """The links to files that aren't there, or to headings that their page doesn't have."""
    tokens = MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))
    children = [child for token in tokens for child in token.children or []]
    links = [str(child.attrs["href"]) for child in children if child.type == "link_open"]
    return [link for link in links if not re.match(r"[a-z]+:", link) and not _leads_somewhere(page, link)]


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not heading or not target.is_file():
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}
