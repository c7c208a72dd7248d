"""The READMEs of template/infrastructure/: each module's inputs and outputs, and a picture of them all.

`docs.reference.generate` writes them; they are made from the modules' own text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extensions.components import COMPONENTS
from tests.renders import REPOSITORY

GENERATED = "<!-- Generated from the modules by the template: an edit here is lost. -->"
FOLDER = REPOSITORY / "template/infrastructure"
_BLOCK = re.compile(
    r'^(variable|output|module|resource) "(\w+)"(?: "(\w+)")? \{\n(.*?)^\}', re.MULTILINE | re.DOTALL
)
_DEFAULT = re.compile(r"^  default +=", re.MULTILINE)
# What nearly everything uses: a picture with those lines would be a web.
_EVERYWHERE = frozenset({"key", "network", "security_groups", "monitoring"})
_NAMES = {component.name for component in COMPONENTS}
HEAD = """\
# Infrastructure

Terraform for AWS, template-owned: an update merges into it. [docs/terraform.md](../docs/terraform.md) leads
from an empty account to a running production.

| folder | holds |
| --- | --- |
| `environments/` | dev, staging and production: the same files but `terraform.tfvars` |
| `modules/service/` | what an environment is made of; what only a component needs is in a file of its name |
| `modules/` | one AWS service each, with tests that need no AWS |
| `shared/state/` | the bucket of the states |
| `shared/ecr/` | the repository of the image, the same for all environments |
| `shared/iam/` | the roles that GitHub's workflows get by OpenID Connect |
"""
PICTURE = """\
An arrow leads from a module to one that it uses. Left out, since nearly all use them: `key`, `network`,
`security_groups`; and `monitoring`, which watches nearly all.
"""


@dataclass(frozen=True)
class Call:
    """A `module` block of modules/service: its name, the module that it is of, what it uses."""

    name: str
    source: str
    uses: tuple[str, ...]
    file: str


def pages() -> dict[str, str]:
    """Every README: its path below the repository, and its text."""
    modules = sorted(path for path in (FOLDER / "modules").iterdir() if path.is_dir())
    readmes = {
        f"template/infrastructure/modules/{path.name}/README.md": _module_page(path) for path in modules
    }
    return {"template/infrastructure/README.md.jinja": _infrastructure_page(modules)} | readmes


def _module_page(module: Path) -> str:
    first = (module / "main.tf").read_text(encoding="utf-8").splitlines()
    comment = [
        line.removeprefix("# ") for line in first[: next(i for i, x in enumerate(first) if x[:1] != "#")]
    ]
    kinds = {kind for kind, _, _, _ in _blocks(module)}
    lines = [GENERATED, "", f"# {module.name}", ""]
    lines += [" ".join(comment), ""] if comment else []
    resources = sorted({kind for word, kind, _, _ in _blocks(module) if word == "resource"})
    if resources:
        lines += [f"Resources: {', '.join(f'`{name}`' for name in resources)}.", ""]
    for kind, title in (("variable", "Inputs"), ("output", "Outputs")):
        if kind in kinds:
            lines += [f"## {title}", "", *_table(module, kind), ""]
    return "\n".join(lines)


def _table(module: Path, kind: str) -> Iterator[str]:
    wanted = " needed |" if kind == "variable" else ""
    yield f"| name |{wanted} what |"
    yield f"| --- |{' --- |' if wanted else ''} --- |"
    for word, name, _, body in _blocks(module):
        if word == kind:
            needed = (" no |" if _DEFAULT.search(body) else " yes |") if wanted else ""
            yield f"| `{name}` |{needed} {_description(body)} |"


def _infrastructure_page(modules: list[Path]) -> str:
    calls = list(_calls())
    lines = [GENERATED, "", HEAD, "## How they hang together", "", PICTURE, "```mermaid", "graph LR"]
    for file in dict.fromkeys(call.file for call in calls):
        drawn = list(_drawn([call for call in calls if call.file == file]))
        lines += [f"#% if {file}", *drawn, "#% endif"] if file in _NAMES else drawn
    return "\n".join([*lines, "```", ""])


def _drawn(calls: list[Call]) -> Iterator[str]:
    for call in calls:
        if call.name not in _EVERYWHERE:
            yield f'    {call.name}["{call.name}<br/>{call.source}"]'
    for call in calls:
        if call.name not in _EVERYWHERE:
            yield from (f"    {call.name} --> {used}" for used in call.uses if used not in _EVERYWHERE)


def _calls() -> Iterator[Call]:
    files = sorted((FOLDER / "modules/service").glob("*.tf"))
    # Those of components last, so that each of their lines stands in their own block.
    for file in sorted(files, key=lambda path: (path.stem in _NAMES, path.stem)):
        for word, name, _, body in _found(file):
            if word == "module":
                source = re.findall(r'source += "\.\./(\w+)"', body)[0]
                uses = sorted({used for used in re.findall(r"module\.(\w+)", body) if used != name})
                yield Call(name, source, tuple(uses), file.stem)


def _blocks(module: Path) -> Iterator[tuple[str, str, str, str]]:
    for file in sorted(module.glob("*.tf")):
        # A component's file may be missing in a service.
        if file.stem not in _NAMES:
            yield from _found(file)


def _found(file: Path) -> list[tuple[str, str, str, str]]:
    return _BLOCK.findall(file.read_text(encoding="utf-8"))


def _description(body: str) -> str:
    return str(re.findall(r'  description += "(.+)"', body)[0])
