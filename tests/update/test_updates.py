"""What Copier's own update does to whole services; `standards` adds to it (test_standards.py).

Answers that no update may change are held in tests/test_presets.py and tests/test_later_releases.py.
"""

import shutil
from pathlib import Path

import pytest

from extensions.answers import FRAMEWORKS
from extensions.components import COMPONENTS, owners_of
from tests.renders import Template, commit, files
from tests.update.edits import DELETED, HEALTH, edit_service, lost_edits, replace
from tests.update.next_release import CHANGES, make_next_release

SEEDED_ONCE = {"uv.toml", "src/app/components/own.py"}
SAMPLE = {"src/app/api/projects/routes.py", "src/app/apps/projects/views.py"}
ALL_ON = {component.name: True for component in COMPONENTS}
ALL_OFF = dict.fromkeys(ALL_ON, False)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The working tree's template as release 1.0.0, and 2.0.0 after it."""
    template = Template.snapshot(tmp_path_factory.mktemp("releases"))
    make_next_release(template)
    return template


@pytest.fixture(scope="module", params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def first(template: Template, framework: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unedited, committed service of release 1.0.0; copy it before use."""
    folder = tmp_path_factory.mktemp("first") / "service"
    service = template.render(folder, {"framework": framework}, version="1.0.0")
    commit(service, "Render the service.")
    return service


@pytest.fixture
def service(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "service"))


def template_owned(service: Path) -> dict[str, bytes]:
    """The files that updates own: not those seeded once, not the sample."""
    return {
        path: content
        for path, content in files(service).items()
        if path not in SEEDED_ONCE and all(owner.kind != "sample" for owner in owners_of(path))
    }


def test_an_update_of_an_unedited_service_equals_a_fresh_render(
    template: Template, framework: str, service: Path, tmp_path: Path
) -> None:
    assert template.update(service) == ()

    fresh = template.render(tmp_path / "fresh", {"framework": framework})
    assert template_owned(service) == template_owned(fresh)


def test_an_update_leaves_the_sample_and_what_is_seeded_once_alone(template: Template, service: Path) -> None:
    before = files(service)
    assert len(SAMPLE & before.keys() & CHANGES.keys()) == 1
    assert CHANGES.keys() >= SEEDED_ONCE

    template.update(service)

    after = files(service)
    owned = template_owned(service).keys()
    assert {path for path in before if path not in owned and before[path] != after.get(path)} == set()


def test_no_edit_of_a_team_is_lost_or_in_conflict(template: Template, framework: str, service: Path) -> None:
    edit_service(service)
    assert lost_edits(service) == []
    commit(service, "Edit.")

    assert template.update(service) == ()

    assert lost_edits(service) == []
    assert "The process answers, that is all." in (service / HEALTH[framework]).read_text()


def test_components_turned_on_arrive_beside_the_edits_without_conflict(
    template: Template, framework: str, tmp_path: Path
) -> None:
    off = ALL_OFF | {"framework": framework}
    service = template.render(tmp_path / "service", off, version="1.0.0")
    edit_service(service)
    commit(service, "Edit.")

    assert template.update(service, ALL_ON) == ()

    assert lost_edits(service) == []
    fresh = template_owned(template.render(tmp_path / "fresh", ALL_ON | {"framework": framework}))
    assert template_owned(service).keys() >= fresh.keys() - {DELETED}


def test_off_to_on_and_back_give_the_trees_of_fresh_renders(
    template: Template, framework: str, tmp_path: Path
) -> None:
    service = template.render(tmp_path / "service", ALL_OFF | {"framework": framework})
    commit(service, "Render the service.")
    off = template_owned(service)

    assert template.update(service, ALL_ON, version=":current:") == ()
    fresh = template.render(tmp_path / "on", ALL_ON | {"framework": framework})
    assert template_owned(service) == template_owned(fresh)
    commit(service, "Turn them on.")
    assert template.update(service, ALL_OFF, version=":current:") == ()
    assert template_owned(service) == off


def test_a_conflict_holds_both_versions(template: Template, framework: str, service: Path) -> None:
    health = HEALTH[framework]
    replace(service / health, "The process answers; no server is asked.", "We say that it lives.")
    replace(service / "docker-compose.yml", "retries: 20\n", "retries: 99\n")
    commit(service, "Edit the same lines.")

    assert template.update(service) == ("docker-compose.yml", health)

    for path, versions in {
        health: ("We say that it lives.", "The process answers, that is all."),
        "docker-compose.yml": ("retries: 99", "retries: 21"),
    }.items():
        text = (service / path).read_text()
        before, after = (
            text.split("<<<<<<< before updating\n")[1].split(">>>>>>> after updating")[0].split("=======\n")
        )
        assert (versions[0] in before, versions[1] in after) == (True, True)
