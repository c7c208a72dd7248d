"""The component table's own rules, tried on made-up tables too."""

import pytest
from jinja2 import Environment

from extensions.components import (
    COMPONENTS,
    Owner,
    ServiceContext,
    need_faults,
    owners_of,
    paths_left_out,
    source_fault,
)

STORAGE = Owner("component", "storage", ("storage",))
ANTIVIRUS = Owner("component", "antivirus", ("antivirus",), needs=("storage",))
MADE_UP = (ANTIVIRUS, STORAGE)


@pytest.mark.parametrize(
    "path",
    [
        "src/app/components/storage.py",
        "src/app/api/storage/routes.py",
        "src/app/migrations/storage/0001_files.py",
        "tests/unit/components/test_storage.py",
        "infrastructure/modules/service/storage.tf",
        "docs/storage.md",
        "tests/test_storage/data.json",
    ],
)
def test_a_component_owns_what_bears_its_name(path: str) -> None:
    assert STORAGE.owns(path)


@pytest.mark.parametrize(
    "path",
    ["src/app/kit/storages.py", "src/app/object_storage.py", "docs/storage_classes.md", "src/storage-x/y.py"],
)
def test_a_component_owns_nothing_with_a_longer_name(path: str) -> None:
    assert not STORAGE.owns(path)


def test_an_extra_path_is_owned_with_all_below() -> None:
    owner = Owner("component", "github_actions", ("github_actions",), (".github",))

    assert owner.owns(".github/workflows/ci.yml")
    assert not owner.owns("docs/.github/ci.yml")


def test_a_file_may_have_a_flavour_and_a_component() -> None:
    assert [owner.name for owner in owners_of("src/app/api/mail/routes.py")] == ["fastapi", "mail"]


def test_migrations_beside_models_are_of_their_flavour_alone() -> None:
    assert [owner.name for owner in owners_of("src/app/apps/users/migrations/0001_user.py")] == ["django"]


def test_what_nobody_owns_is_core() -> None:
    assert owners_of("src/app/kit/settings.py") == ()


def test_a_component_that_is_off_is_left_out_by_name() -> None:
    by_name = ["mail", "mail.*", "test_mail", "test_mail.*"]

    assert paths_left_out(frozenset({"mail"})).splitlines() == [*by_name, "/infrastructure/modules/ses"]


def test_with_everything_on_nothing_is_left_out() -> None:
    assert paths_left_out(frozenset()) == ""


def test_a_component_without_what_it_needs_is_refused_naming_both() -> None:
    assert need_faults(["antivirus"], MADE_UP) == [
        "antivirus: needs storage, which is off; answer storage=true or antivirus=false"
    ]


def test_a_component_with_what_it_needs_is_accepted() -> None:
    assert need_faults(["antivirus", "storage"], MADE_UP) == []


def test_a_need_of_a_component_that_is_off_is_no_fault() -> None:
    assert need_faults(["storage"], MADE_UP) == []


def test_every_need_names_a_component() -> None:
    assert {need for component in COMPONENTS for need in component.needs} <= {c.name for c in COMPONENTS}


@pytest.mark.parametrize(
    "source",
    [
        "/srv/template",
        "~/template",
        "https://git.acme.example/template.git",
        "git+file:///srv/template",
        "git@git.acme.example:acme/template.git",
        "gh:acme/template",
    ],
)
def test_a_source_that_is_found_from_anywhere_is_accepted(source: str) -> None:
    assert source_fault(source) == ""


@pytest.mark.parametrize("source", [".", "..", "../template", "template", "templates/service", "./a:b"])
def test_a_relative_source_is_refused(source: str) -> None:
    assert source_fault(source).startswith(f"The template's source `{source}` is a relative path")


def test_a_string_is_compiled_once() -> None:
    environment = Environment(extensions=[ServiceContext])
    assert environment.from_string("src") is environment.from_string("src")
    assert environment.from_string("src") is not environment.from_string("tests")
