"""What the files of infrastructure/ must be, of each render in which they differ."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from extensions.answers import FRAMEWORKS
from tests.conftest import Render
from tests.renders import files
from tests.terraform.terraform import terraform
from tests.terraform.variants import COMPONENTS, VARIANTS, WORDS

DECLARED = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
ENVIRONMENTS = ("dev", "staging", "production")
MOST_LINES = 150


def _texts(service: Path, pattern: str = "*.tf") -> dict[str, str]:
    folder = service / "infrastructure"
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in sorted(folder.rglob(pattern))}


@pytest.mark.parametrize("variant", VARIANTS)
def test_terraform_would_write_it_the_same_way(variant: str, render: Render) -> None:
    terraform("fmt", "-check", "-recursive", "-diff", folder=render(**VARIANTS[variant]) / "infrastructure")


def test_both_flavours_have_the_same(render: Render) -> None:
    one, other = (files(render(preset="full", framework=name) / "infrastructure") for name in FRAMEWORKS)

    assert one == other


def test_environments_differ_in_values_alone(render: Render) -> None:
    folder = render(**VARIANTS["full"]) / "infrastructure/environments"
    dev, staging, production = (files(folder / name) for name in ENVIRONMENTS)

    assert sorted(dev) == ["main.tf", "outputs.tf", "providers.tf", "terraform.tfvars", "variables.tf"]
    assert {name for name in dev if not dev[name] == staging[name] == production[name]} == {
        "terraform.tfvars"
    }


def test_every_environment_gives_the_same_values(render: Render) -> None:
    texts = _texts(render(**VARIANTS["full"]), "terraform.tfvars")
    given = {
        name: re.findall(r"^(\w+) += ", text, re.MULTILINE)
        for name, text in texts.items()
        if "environments" in name
    }

    assert len({tuple(names) for names in given.values()}) == 1
    assert len(given) == 3


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_that_is_off_leaves_no_trace(component: str, render: Render) -> None:
    everything, without = (
        "\n".join(_texts(render(**VARIANTS[name])).values()) for name in ("full", f"without-{component}")
    )

    assert re.search(WORDS[component], everything, re.IGNORECASE)
    assert re.findall(WORDS[component], without, re.IGNORECASE) == []


def test_no_file_is_longer_than_150_lines(render: Render) -> None:
    texts = _texts(render(**VARIANTS["full"]))
    declarations = {name for name in texts if name.endswith("variables.tf")}

    assert {name for name, text in texts.items() if text.count("\n") > MOST_LINES} - declarations == set()


def test_variables_and_outputs_are_described_typed_and_alphabetical(render: Render) -> None:
    for name, text in _texts(render(**VARIANTS["full"])).items():
        found = DECLARED.findall(text)
        names = [f"{kind} {one}" for kind, one, _ in found]
        assert all(earlier < later for earlier, later in pairwise(names)), name
        assert [one for _, one, body in found if "  description = " not in body] == [], name
        assert [one for kind, one, body in found if kind == "variable" and "  type " not in body] == [], name


def test_nothing_but_the_provider_of_aws_is_needed(render: Render) -> None:
    sources = re.findall(r'source += "(.+)"', "\n".join(_texts(render(**VARIANTS["full"])).values()))

    assert {source for source in sources if not source.startswith("../")} == {"hashicorp/aws"}


def test_every_value_that_can_be_wrong_is_tried(render: Render) -> None:
    folder = render(**VARIANTS["full"]) / "infrastructure/modules"
    for module in sorted(path for path in folder.iterdir() if path.is_dir()):
        declared = "".join(path.read_text(encoding="utf-8") for path in module.glob("*.tf"))
        tried = "".join(path.read_text(encoding="utf-8") for path in (module / "tests").glob("*.tftest.hcl"))
        checked = {one for _, one, body in DECLARED.findall(declared) if "validation {" in body}
        refused = set(re.findall(r"expect_failures = \[var\.(\w+)\]", tried))
        assert checked - refused == set(), module.name
        assert "\nrun " in tried, module.name
