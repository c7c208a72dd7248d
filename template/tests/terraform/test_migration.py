"""The migration as a task of its own (template-owned): where it runs, how it ended, where its log is."""

from typing import Any

import pytest
from tests.terraform.definitions import revision

from app.dev.terraform.migration import fault_of, log_stream, placement
from app.dev.terraform.revisions import Revision

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}}
SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]
TASK = "arn:aws:ecs:us-east-1:123456789012:task/acme-api-staging/a-task"


@pytest.mark.parametrize(
    ("service", "how"),
    [
        ({"launchType": "FARGATE"}, {"launchType": "FARGATE"}),
        ({"capacityProviderStrategy": SPOT}, {"capacityProviderStrategy": SPOT}),
        ({"capacityProviderStrategy": []}, {"launchType": "FARGATE"}),
    ],
)
def test_it_runs_where_the_service_does(service: dict[str, Any], how: dict[str, Any]) -> None:
    expected = {"networkConfiguration": NETWORK, "count": 1, "startedBy": "deploy", **how}

    assert placement({"networkConfiguration": NETWORK, **service}) == expected


@pytest.mark.parametrize(
    ("container", "reason", "fault"),
    [
        ({"exitCode": 0}, "Essential container in task exited", ""),
        ({"exitCode": 1}, "Essential container in task exited", "exit status 1; Essential container in task exited"),
        (
            {"reason": "CannotPullContainerError: not found"},
            "Task failed to start",
            "it never ran; CannotPullContainerError: not found; Task failed to start",
        ),
        ({}, "unable to pull secrets", "it never ran; unable to pull secrets"),
    ],
    ids=["well", "badly", "without its image", "without its secrets"],
)
def test_only_status_0_is_a_good_end(container: dict[str, Any], reason: str, fault: str) -> None:
    collector = {"name": "collector", "exitCode": 0}

    assert fault_of({"containers": [collector, {"name": "migrate", **container}], "stoppedReason": reason}) == fault


def test_a_task_without_its_container_never_ran() -> None:
    assert fault_of({"containers": [], "stoppedReason": "no capacity"}) == "it never ran; no capacity"


def test_its_log_is_where_ecs_puts_it() -> None:
    made = revision("migrate", 4)
    options = {"awslogs-group": "/ecs/acme-api-staging-migrate", "awslogs-stream-prefix": "ecs"}
    container = {**made.container, "logConfiguration": {"logDriver": "awslogs", "options": options}}
    logging = Revision("migrate", {**made.definition, "containerDefinitions": [container]}, {})

    assert log_stream(logging, TASK) == ("/ecs/acme-api-staging-migrate", "ecs/migrate/a-task")
    assert log_stream(made, TASK) == ("", "")
