"""The role by which GitHub deploys: it may ask what the commands ask, and nothing besides."""

import json
import re
import urllib.request
from pathlib import Path

from tests.deploy.account import Account
from tests.deploy.conftest import Delivery
from tests.deploy.digests import FAILS_TO_MIGRATE

# It asks for no operation of its own: ECS hands the tasks their roles, and a revision bears its tags.
GOES_ALONG = {"iam:PassRole", "ecs:TagResource"}
# Who one is may everybody ask.
NEEDS_NO_RIGHT = {"sts:GetCallerIdentity"}


def rights(service: Path) -> set[str]:
    """The actions that the role's policy allows."""
    policies = (service / "infrastructure/shared/iam/policies.tf").read_text(encoding="utf-8")
    policy = policies.split('data "aws_iam_policy_document" "deploy"')[1]
    allowed = re.findall(r"actions += (\[[^]]+\])", policy)
    return set(re.findall(r'"(\w+:\w+)"', "".join(allowed)))


def recorder(account: Account, action: str, data: bytes | None = b"") -> str:
    """What moto's own recorder answers; without data it is only asked."""
    with urllib.request.urlopen(f"{account.endpoint}/moto-api/recorder/{action}-recording", data) as answer:
        return str(answer.read().decode())


def operation(line: str) -> str:
    """A recorded request as a policy names it: `ecs:DescribeServices`."""
    request = json.loads(line)
    service = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", request["headers"]["Authorization"])
    assert service, request
    target = request["headers"].get("X-Amz-Target", "")
    # What has no such header speaks AWS's query protocol, and of that there is one operation.
    return f"{service[1]}:{target.rpartition('.')[2] or 'GetCallerIdentity'}"


def test_it_may_do_what_a_deployment_and_a_roll_back_do_and_nothing_else(delivery: Delivery) -> None:
    account = delivery.account
    images = [account.push(1), account.push(2), account.push(3, FAILS_TO_MIGRATE)]
    recorder(account, "reset")
    recorder(account, "start")

    for reference in images[:2]:
        delivery.done("deploy", "staging", "--image", reference)
    delivery.done("releases", "staging")
    delivery.done("rollback", "staging")
    delivery.refused("deploy", "staging", "--image", images[2])

    recorder(account, "stop")
    asked = {operation(line) for line in recorder(account, "download", None).splitlines()}
    assert asked - NEEDS_NO_RIGHT == rights(delivery.service) - GOES_ALONG
