"""The checklist (template-owned): what a check that fails looks like, and that each part has its checks."""

from typing import Any

import pytest

from app.dev.terraform.account import Account, Check, MissingError
from app.dev.terraform.aws import AwsError
from app.dev.terraform.checks.application import services
from app.dev.terraform.environment import Environment
from app.dev.terraform.preflight import PARTS, find_checks, look

STAGING = Environment("acme-api", "staging")


class Answers:
    """AWS with one answer to everything."""

    region = "us-east-1"

    def __init__(self, **answer: Any) -> None:
        self.answer = answer

    def ask(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        return self.answer

    def ask_all(self, service: str, operation: str, key: str, /, **parameters: Any) -> list[Any]:
        found: list[Any] = self.answer[key]
        return found


def raising(error: Exception) -> Check:
    def fail(account: Account) -> str:
        raise error

    return Check("Application", "Image", fail)


def lines_of(check: Check) -> str:
    (finding,) = look(Account(Answers(), STAGING), [check])
    return str(finding)


def test_a_check_that_passes_says_what_is_there() -> None:
    assert lines_of(Check("Application", "Image", lambda account: account.environment.cluster)) == (
        "  ✓ Image: acme-api-staging"
    )


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (MissingError("none", "just build-image"), "  ✗ Image: none\n      fix: just build-image"),
        (
            MissingError("none"),
            "  ✗ Image: none\n      fix: terraform -chdir=infrastructure/environments/staging apply",
        ),
        (
            AwsError("AWS refuses DescribeImages: AccessDenied: no", "AccessDenied"),
            "  ✗ Image: AWS refuses DescribeImages: AccessDenied: no\n      fix: log in with a role that may read this",
        ),
    ],
    ids=["with a fix of its own", "by terraform", "not allowed to look"],
)
def test_a_check_that_fails_says_the_fix(error: Exception, lines: str) -> None:
    assert lines_of(raising(error)) == lines


def test_who_is_not_logged_in_is_not_told_that_all_is_missing() -> None:
    with pytest.raises(AwsError, match="no log-in"):
        lines_of(raising(AwsError("no log-in")))


def test_each_part_of_the_list_has_checks() -> None:
    found = [check.part for check in find_checks()]

    assert sorted(set(found), key=PARTS.index) == list(PARTS)
    assert len(found) >= 19


def test_a_name_that_only_begins_alike_is_of_another_service() -> None:
    names = ("acme-api-staging", "acme-api-staging-postgres", "acme-api-staging2-postgres", "acme-api-production")
    account = Account(Answers(DBInstances=[{"Id": name} for name in names]), STAGING)

    found = account.named("rds", "describe_db_instances", "DBInstances", "Id")

    assert [one["Id"] for one in found] == ["acme-api-staging", "acme-api-staging-postgres"]


def test_a_service_without_tasks_is_found_with_the_command_that_gives_it_some() -> None:
    there = [
        {"serviceName": name, "status": "ACTIVE", "desiredCount": count}
        for name, count in (("api", 2), ("worker", 0), ("schedule", 0))
    ]

    (finding,) = look(Account(Answers(services=there), STAGING), [Check("Application", "ECS services", services)])

    command = "aws ecs update-service --cluster acme-api-staging --service {} --desired-count COUNT"
    assert finding.text == "worker, schedule has a desired count of 0: nothing of it runs"
    assert finding.fix == "; ".join(map(command.format, ("worker", "schedule")))
