"""Every file of the template is core or has one owner of a kind, and every rule of the table is needed."""

from collections import Counter
from pathlib import PurePosixPath

import pytest
import yaml
from pathspec import PathSpec

from extensions.components import COMPONENTS, DEPLOY_WORKFLOW, FLAVOURS, OWNERS, Owner, owners_of
from tests.conftest import Render
from tests.renders import REPOSITORY, files, working_files

TEMPLATE_FILES = [name.removeprefix("template/") for name in working_files() if name.startswith("template/")]
RENDERED_PATHS = [name.removesuffix(".jinja") for name in TEMPLATE_FILES]
COPIER_YML = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8"))

DJANGO = next(flavour for flavour in FLAVOURS if flavour.name == "django")


def test_no_file_has_two_owners_of_one_kind() -> None:
    owners = {path: Counter(owner.kind for owner in owners_of(path)) for path in RENDERED_PATHS}

    assert {path: dict(kinds) for path, kinds in owners.items() if any(n > 1 for n in kinds.values())} == {
        DEPLOY_WORKFLOW: {"delivery": 2}
    }


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.name)
def test_every_owner_owns_a_file(owner: Owner) -> None:
    assert any(owner.owns(path) for path in RENDERED_PATHS)


@pytest.mark.parametrize("path", [path for owner in OWNERS for path in owner.paths])
def test_every_extra_path_of_the_table_exists(path: str) -> None:
    assert any(PurePosixPath(file).is_relative_to(path) for file in RENDERED_PATHS)


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.name)
def test_no_extra_path_is_seen_by_the_name_rule_anyway(owner: Owner) -> None:
    by_name = Owner(owner.kind, owner.name, owner.names)

    assert [path for path in owner.paths if by_name.owns(path)] == []


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.name)
def test_what_copier_leaves_out_is_what_the_owner_owns(owner: Owner) -> None:
    left_out = PathSpec.from_lines("gitignore", owner.patterns)

    assert [path for path in RENDERED_PATHS if left_out.match_file(path) != owner.owns(path)] == []


@pytest.mark.parametrize("pattern", COPIER_YML["_skip_if_exists"])
def test_every_seeded_once_file_exists(pattern: str) -> None:
    seeded = PathSpec.from_lines("gitignore", [pattern])

    assert any(seeded.match_file(path) for path in RENDERED_PATHS)


@pytest.mark.parametrize(("framework", "other"), [("fastapi", "django"), ("django", "fastapi")])
def test_a_render_holds_exactly_what_its_owners_and_core_own(
    framework: str, other: str, render: Render
) -> None:
    rendered = files(render(preset="minimal", framework=framework))
    off = {*(component.name for component in COMPONENTS), "sample", other}

    expected = {path for path in RENDERED_PATHS if not off & {owner.name for owner in owners_of(path)}}
    assert set(rendered) == expected


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda owner: owner.name)
def test_one_component_off_leaves_out_its_files_alone(component: Owner, render: Render) -> None:
    # What needs it can't be on without it.
    dependent = {each.name: False for each in COMPONENTS if component.name in each.needs}
    everything = files(render(preset="full", **dependent))
    without = files(render(preset="full", **dependent, **{component.name: False}))

    left_out = {path for path in RENDERED_PATHS if component.owns(path)}
    assert set(everything) - set(without) == {path for path in left_out if not DJANGO.owns(path)}
    assert set(without) <= set(everything)
