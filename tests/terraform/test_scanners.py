"""tflint and checkov on a full render: what they find is mended, or justified beside the resource."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Render
from tests.programs import checkov
from tests.terraform.terraform import copied
from tests.terraform.variants import VARIANTS
from tests.tools import attempt, run, tool

SKIP = re.compile(r"checkov:skip=(CKV2?_AWS_\d+):(.*)")


@pytest.mark.parametrize("variant", VARIANTS)
def test_tflint_has_nothing_to_say(variant: str, render: Render) -> None:
    run(*_tflint(), folder=render(**VARIANTS[variant]) / "infrastructure")


def test_tflint_does_find_what_is_unused(render: Render, tmp_path: Path) -> None:
    infrastructure = copied(render(**VARIANTS["full"]), tmp_path / "infrastructure")
    unused = 'variable "nobody" {\n  description = "x"\n  type = string\n}\n'
    (infrastructure / "modules/ecs/variables.tf").write_text(unused, encoding="utf-8")

    assert "terraform_unused_declarations" in attempt(*_tflint(), folder=infrastructure).stdout


@pytest.fixture(scope="module")
def report(render: Render) -> dict[str, Any]:
    return checkov("terraform", render(**VARIANTS["full"]) / "infrastructure")


def test_checkov_finds_nothing_that_is_not_justified(report: dict[str, Any]) -> None:
    failed = [(one["check_id"], one["resource"]) for one in report["results"]["failed_checks"]]

    assert failed == []
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 400


def test_every_justification_is_needed_and_says_why(report: dict[str, Any], render: Render) -> None:
    infrastructure = render(**VARIANTS["full"]) / "infrastructure"
    text = "\n".join(path.read_text(encoding="utf-8") for path in infrastructure.rglob("*.tf"))
    justified = dict(SKIP.findall(text))
    skipped = {one["check_id"] for one in report["results"]["skipped_checks"]}

    assert set(justified) == skipped
    assert [rule for rule, reason in justified.items() if len(reason) < 15] == []


def test_checkov_does_find_a_bucket_that_is_public(render: Render, tmp_path: Path) -> None:
    infrastructure = copied(render(**VARIANTS["full"]), tmp_path / "infrastructure") / "modules/s3"
    main = infrastructure / "main.tf"
    text = main.read_text(encoding="utf-8").replace(
        "block_public_acls       = true", "block_public_acls = false"
    )
    main.write_text(text, encoding="utf-8")

    found = checkov("terraform", infrastructure)["results"]["failed_checks"]
    assert "CKV_AWS_53" in {one["check_id"] for one in found}


def _tflint() -> tuple[str, ...]:
    return (
        tool("tflint"),
        "--recursive",
        "--no-color",
        "--format=compact",
        "--enable-rule=terraform_unused_declarations",
    )
