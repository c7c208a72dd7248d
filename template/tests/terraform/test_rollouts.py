"""What ECS says of a service that changes its revision (template-owned), and what it means."""

from datetime import timedelta
from typing import Any

import pytest
from tests.terraform.definitions import STARTED, arn, deployment

from app.dev.processes import DevelopmentError
from app.dev.terraform.environment import Environment
from app.dev.terraform.rollouts import Rollout, check_tasks, read_rollout

LATER = STARTED + timedelta(minutes=4)
OLD = {"status": "ACTIVE", "rolloutState": "COMPLETED", "runningCount": 2, "createdAt": STARTED - timedelta(days=1)}
EVENTS = [
    {"message": "(service api) is unable to consistently start tasks successfully."},
    {"message": "(service api) has started 2 tasks."},
    {"message": "(service api) has reached a steady state."},
]


def service(*deployments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"deployments": list(deployments), "events": EVENTS, **more}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            service(deployment("api", 12, runningCount=1), deployment("api", 11, **OLD)),
            Rollout("going on", "1 of 2 run acme-api-staging-api:12"),
        ),
        (
            service(deployment("api", 12, failedTasks=3), deployment("api", 11, **OLD)),
            Rollout("going on", "0 of 2 run acme-api-staging-api:12, 3 failed to start"),
        ),
        (
            service(deployment("api", 12, rolloutState="COMPLETED", runningCount=2)),
            Rollout("done", "2 of 2 run acme-api-staging-api:12"),
        ),
        (
            service(deployment("api", 12, rolloutState="FAILED", rolloutStateReason="tasks failed to start.")),
            Rollout("failed", "tasks failed to start."),
        ),
        (
            service(deployment("api", 11, **{**OLD, "status": "PRIMARY"})),
            Rollout("going on", "acme-api-staging-api:12 waits"),
        ),
    ],
    ids=["some run", "some fail", "all run", "it failed", "AWS has not heard of it yet"],
)
def test_a_rollout_is_read(answer: dict[str, Any], expected: Rollout) -> None:
    assert read_rollout(answer, arn("api", 12), STARTED) == expected


def test_what_the_circuit_breaker_took_back_has_failed_and_says_why() -> None:
    answer = service(
        deployment("api", 11, createdAt=LATER),
        deployment(
            "api",
            12,
            status="ACTIVE",
            rolloutState="FAILED",
            rolloutStateReason="ECS deployment circuit breaker: tasks failed to start.",
        ),
    )

    assert read_rollout(answer, arn("api", 12), STARTED) == Rollout(
        "failed",
        "AWS went back from acme-api-staging-api:12 to acme-api-staging-api:11. "
        "ECS deployment circuit breaker: tasks failed to start.",
    )


def test_after_the_failed_one_is_gone_from_the_list_the_events_say_why() -> None:
    answer = service(deployment("api", 11, createdAt=LATER, rolloutState="COMPLETED", runningCount=2))

    assert read_rollout(answer, arn("api", 12), STARTED) == Rollout(
        "failed",
        "AWS went back from acme-api-staging-api:12 to acme-api-staging-api:11. "
        "(service api) is unable to consistently start tasks successfully. (service api) has started 2 tasks.",
    )


def test_a_second_chance_of_a_revision_that_failed_before_is_no_failure() -> None:
    answer = service(
        deployment("api", 12, runningCount=1), deployment("api", 12, status="ACTIVE", rolloutState="FAILED")
    )

    assert read_rollout(answer, arn("api", 12), STARTED).state == "going on"


def test_a_service_without_tasks_is_ready_at_once() -> None:
    answer = service(deployment("schedule", 3, desiredCount=0, rolloutState="COMPLETED"))

    assert read_rollout(answer, arn("schedule", 3), STARTED) == Rollout(
        "done", "0 of 0 run acme-api-staging-schedule:3"
    )


def counts(**desired: int) -> dict[str, dict[str, Any]]:
    return {name: {"desiredCount": count} for name, count in desired.items()}


def test_an_api_without_tasks_is_refused_with_the_command_that_gives_it_some() -> None:
    with pytest.raises(DevelopmentError, match="api has a desired count of 0") as refused:
        check_tasks(Environment("acme-api", "staging"), counts(api=0, worker=1, schedule=1))

    command = "aws ecs update-service --cluster acme-api-staging --service api --desired-count COUNT"
    assert str(refused.value).endswith(f"`{command}`")


def test_another_service_without_tasks_is_named_and_left_so(capsys: pytest.CaptureFixture[str]) -> None:
    check_tasks(Environment("acme-api", "staging"), counts(api=2, worker=0, schedule=1))

    said = capsys.readouterr().out
    assert "! worker has a desired count of 0" in said
    assert "schedule" not in said
