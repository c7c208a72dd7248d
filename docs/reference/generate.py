"""Writes the pages that say what the code says, which tests/test_docs.py holds against it.

Run it as `uv run python -m docs.reference.generate`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from docs.reference import infrastructure
from extensions.answers import RESERVED_SLUGS, fault
from extensions.components import COMPONENTS, FLAVOURS, OWNERS, SAMPLE, Owner, owners_of
from tests.renders import REPOSITORY, working_files

COMMAND = "uv run python -m docs.reference.generate"
GENERATED = f"<!-- Generated from the code: `{COMMAND}` -->"
COST = "<!-- what mail cost: generated -->"
# What each text of a rule is heard by: nothing, two lines, too much.
PROBES = ("", "a\nb", "A" * 1000)
QUESTIONS = """\
`copier copy --defaults` asks nothing. Every answer is recorded in `.copier-answers.yml`, whatever the preset;
an update asks for none and takes the default of a new one. To change one:
`just standards update --to :current: -d NAME=VALUE`.
"""
OWNERSHIP = """\
A flavour, a component or the sample owns whatever bears one of its names, wherever it stands: a folder
`mail`, or a file `mail.*` or `test_mail.*`. `also` is what the name can't tell. What nobody owns is core.
The table is `extensions/components.py`.
"""
BLOCKS = "Outside of its own files at most six marked blocks (`#% if NAME`); a test counts them."
HIDDEN = "Recorded, so that updates can compare; nobody is asked."


def main() -> None:
    """Write every page that differs."""
    for name, text in pages().items():
        path = REPOSITORY / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"Wrote {name}")


def pages() -> dict[str, str]:
    """Every page: its path below the repository, and its text."""
    how_to = "docs/how-to/add-a-component.md"
    (mail,) = (component for component in COMPONENTS if component.name == "mail")
    return {
        "docs/reference/questions.md": questions_page(),
        "docs/reference/components.md": components_page(),
        how_to: with_cost((REPOSITORY / how_to).read_text(encoding="utf-8"), mail),
        **infrastructure.pages(),
    }


def questions_page() -> str:
    """Every question of copier.yml, by the title comment above it, with what its rule refuses."""
    text = (REPOSITORY / "copier.yml").read_text(encoding="utf-8")
    questions = {name: value for name, value in yaml.safe_load(text).items() if not name.startswith("_")}
    lines = [GENERATED, "", "# Questions", "", QUESTIONS]
    for title, names in _titles(text, questions).items():
        lines += [f"## {title}", ""]
        lines += _table(("question", "takes", "default", "consequence", "refused with"))
        lines += [_row(_question(name, questions[name])) for name in names]
        lines += [""]
    slugs = ", ".join(f"`{slug}`" for slug in sorted(RESERVED_SLUGS))
    lines += ["## Slugs that are refused", "", f"They stand for something else in a service: {slugs}.", ""]
    return "\n".join(lines)


def components_page() -> str:
    """Every owner of files, with its names and paths, and what each component costs elsewhere."""
    lines = [
        *(GENERATED, "", "# Components, and whose file is whose", "", OWNERSHIP),
        *_table(("owner", "kind", "names", "also", "needs", "owns")),
        *(_row(_owner(owner)) for owner in OWNERS),
        "",
        "## What a component costs",
        "",
        BLOCKS,
        "",
        *_table(("component", "rows of the table", "questions", "files of its own", "marked blocks", "in")),
        *(_row(_cost(component)) for component in COMPONENTS),
        "",
        "## Rights over a file",
        "",
        *_table(("rights", "files", "an update")),
        *(_row(row) for row in _rights()),
    ]
    return "\n".join([*lines, ""])


def with_cost(page: str, component: Owner) -> str:
    """Put the table of what a component cost between the two marks of the how-to."""
    before, _, rest = page.partition(f"{COST}\n")
    _, _, after = rest.partition(f"{COST}\n")
    blocks = marked_blocks(component.name)
    table = [
        *_table(("what", "how many", "where")),
        _row(("rows of the table", "1", "`extensions/components.py`")),
        _row(("questions", "1", "`copier.yml`")),
        _row(("places of its own", str(len(own_places(component))), _code(own_places(component)))),
        _row(("marked blocks", str(sum(blocks.values())), _counts(blocks))),
    ]
    return f"{before}{COST}\n\n" + "\n".join(table) + f"\n\n{COST}\n{after}"


def marked_blocks(name: str) -> dict[str, int]:
    """How many blocks of a component stand in each file that neither it nor a way of delivery owns."""
    flavours = "|".join(flavour.name for flavour in FLAVOURS)
    block = re.compile(rf"^\s*#% if (?:(?:{flavours})_)?{name}$", re.MULTILINE)
    files = [path for path in working_files() if path.startswith("template/") and path.endswith(".jinja")]
    counts = {path: len(block.findall((REPOSITORY / path).read_text(encoding="utf-8"))) for path in files}
    return {_rendered(path): n for path, n in counts.items() if n and not _is_delivery(_rendered(path))}


def _is_delivery(path: str) -> bool:
    return any(owner.kind == "delivery" for owner in owners_of(path))


def own_places(owner: Owner) -> list[str]:
    """What an owner owns, each folder that is wholly its own as one place."""
    places = set()
    for path in rendered_paths():
        if owner.owns(path):
            parts = path.split("/")
            heads = ("/".join(parts[: depth + 1]) for depth in range(len(parts)))
            place = next(head for head in heads if owner.owns(head))
            places.add(place if place == path else f"{place}/")
    return sorted(places)


def rendered_paths() -> list[str]:
    """Every path of a render with everything on."""
    return sorted(_rendered(path) for path in working_files() if path.startswith("template/"))


def _rendered(path: str) -> str:
    return path.removeprefix("template/").removesuffix(".jinja")


def _titles(text: str, questions: Iterable[str]) -> dict[str, list[str]]:
    """The questions below each `# ---- Title` of copier.yml."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in text.splitlines():
        if line.startswith("# ---- "):
            title = line.removeprefix("# ---- ")
        elif line.partition(":")[0] in questions:
            found.setdefault(title, []).append(line.partition(":")[0])
    return found


def _question(name: str, question: dict[str, Any]) -> tuple[str, ...]:
    kind = question["type"]
    choices = question.get("choices", ["true", "false"] if kind == "bool" else [])
    takes = _code(choices) or {"str": "text", "int": "number"}[kind]
    consequence = HIDDEN if question.get("ask") is False else question["help"].strip()
    return f"`{name}`", takes, _default(question["default"]), consequence, _refusals(name)


def _default(value: Any) -> str:
    presets = re.fullmatch(r"<\{ preset in \((.+)\) \}>", str(value))
    if presets:
        return "`true` in " + ", ".join(f"`{word}`" for word in re.findall(r"\w+", presets[1]))
    return f"`{value}`" if not str(value).startswith("<{") else f"from the others: `{value}`"


def _refusals(name: str) -> str:
    """What the rule says to the probes, without what it says of a probe itself."""
    said = [re.split(r"[:,] (?:remove|not \d|as in)", fault(name, probe, {}))[0] for probe in PROBES]
    return "; ".join(dict.fromkeys(each for each in said if each))


def _owner(owner: Owner) -> tuple[str, ...]:
    lists = (owner.names, owner.paths, owner.needs, own_places(owner))
    return f"`{owner.name}`", owner.kind, *map(_code, lists)


def _cost(component: Owner) -> tuple[str, ...]:
    blocks = marked_blocks(component.name)
    files = sum(component.owns(path) for path in rendered_paths())
    return f"`{component.name}`", "1", "1", str(files), str(sum(blocks.values())), _counts(blocks)


def _rights() -> Iterator[tuple[str, str, str]]:
    copier_yml = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8"))
    seeded = _code(path.removeprefix("/") for path in copier_yml["_skip_if_exists"])
    yield (
        "template-owned",
        "all that a render brings, but for the rows below",
        "merges; edits stay, or conflict",
    )
    yield "seeded once", seeded, "leaves it alone; brings it where it is missing"
    yield "sample", _code(own_places(SAMPLE)), "leaves it alone, and never brings or removes it"
    yield "service-owned", "what no render brings: `uv.lock`, `.env`, files of one's own", "leaves it alone"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _counts(blocks: dict[str, int]) -> str:
    return ", ".join(f"`{path}` {count}" for path, count in blocks.items())


def _table(head: tuple[str, ...]) -> list[str]:
    return [_row(head), _row(("---",) * len(head))]


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", r"\|") or "–" for cell in cells)
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    main()
