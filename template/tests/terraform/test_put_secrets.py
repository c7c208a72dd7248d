"""Which values are put into Secrets Manager (template-owned)."""

from typing import Any

import pytest

from app.dev.terraform.checks.secrets import secret_id
from app.dev.terraform.put_secrets import Change, has_value, to_put

NONE = {"SECRET_KEY": "", "JWT_PUBLIC_KEY": "", "JWT_PRIVATE_KEY": ""}
HERE = {"SECRET_KEY": "a", "JWT_PUBLIC_KEY": "b", "JWT_PRIVATE_KEY": "c"}
OTHER = {"SECRET_KEY": "x", "JWT_PUBLIC_KEY": "y", "JWT_PRIVATE_KEY": "z"}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme-api/staging/DATABASE_URL-AbCdEf"


@pytest.mark.parametrize(
    ("stored", "change", "put"),
    [
        (NONE, "make", ["SECRET_KEY", "JWT_PUBLIC_KEY", "JWT_PRIVATE_KEY"]),
        ({**NONE, "SECRET_KEY": "x"}, "make", ["JWT_PUBLIC_KEY", "JWT_PRIVATE_KEY"]),
        (OTHER, "make", []),
        (OTHER, "replace", ["SECRET_KEY", "JWT_PUBLIC_KEY", "JWT_PRIVATE_KEY"]),
        ({**HERE, "JWT_PRIVATE_KEY": "z"}, "replace", ["JWT_PRIVATE_KEY"]),
        (OTHER, "rotate", ["SECRET_KEY", "JWT_PUBLIC_KEY"]),
        ({**OTHER, "JWT_PRIVATE_KEY": "c"}, "prune", ["SECRET_KEY", "JWT_PUBLIC_KEY"]),
    ],
)
def test_a_value_is_put_over_another_only_if_asked_for(stored: dict[str, str], change: Change, put: list[str]) -> None:
    assert to_put(HERE, stored, change) == put


@pytest.mark.parametrize(
    ("described", "has_one"),
    [
        ({"VersionIdsToStages": {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}}, True),
        ({"VersionIdsToStages": {"1": ["AWSPENDING"]}}, False),
        ({"VersionIdsToStages": {}}, False),
        ({}, False),
    ],
)
def test_a_secret_has_a_value_once_one_is_current(described: dict[str, Any], has_one: bool) -> None:
    assert has_value(described) is has_one


@pytest.mark.parametrize("reference", [SECRET, f"{SECRET}:url::", f"{SECRET}::AWSCURRENT:"])
def test_a_reference_may_go_on_behind_its_secret(reference: str) -> None:
    assert secret_id(reference) == SECRET
