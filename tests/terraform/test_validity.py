"""Terraform's own word on every root and module, and `terraform test` with a provider that is a mock."""

from pathlib import Path

import pytest

from tests.conftest import Render
from tests.renders import REPOSITORY
from tests.terraform.terraform import copied, initialised, terraform
from tests.terraform.variants import VARIANTS

MODULES = sorted(path.name for path in (REPOSITORY / "template/infrastructure/modules").iterdir())
SHARED = ("ecr", "iam", "state")


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_environment_is_valid(variant: str, render: Render, tmp_path: Path) -> None:
    # One stands for the three: they differ in values alone.
    root = copied(render(**VARIANTS[variant]), tmp_path / "infrastructure") / "environments/dev"

    terraform("validate", folder=initialised(root, "-backend=false"))


@pytest.mark.parametrize("name", SHARED)
def test_what_environments_share_is_valid(name: str, render: Render, tmp_path: Path) -> None:
    root = copied(render(**VARIANTS["full"]), tmp_path / "infrastructure") / "shared" / name

    terraform("validate", folder=initialised(root, "-backend=false"))
    assert ", 0 failed" in terraform("test", "-no-color", folder=root)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_does_what_its_tests_say(name: str, render: Render, tmp_path: Path) -> None:
    folder = initialised(copied(render(**VARIANTS["full"]), tmp_path / "infrastructure") / "modules" / name)

    printed = terraform("test", "-no-color", folder=folder, seconds=600)

    assert ", 0 failed" in printed
    assert "Success! 0 passed" not in printed


@pytest.mark.parametrize("variant", ["standard", "minimal"])
def test_the_service_s_module_does_so_without_components(
    variant: str, render: Render, tmp_path: Path
) -> None:
    infrastructure = copied(render(**VARIANTS[variant]), tmp_path / "infrastructure")

    assert "8 passed, 0 failed" in terraform(
        "test", "-no-color", folder=initialised(infrastructure / "modules/service"), seconds=600
    )
