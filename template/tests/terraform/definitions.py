"""Answers of ECS as its API reference describes them (template-owned), with the values that a test is about."""

from datetime import UTC, datetime
from typing import Any

from app.dev.terraform.revisions import PREVIOUS, RELEASE, Revision

DIGEST = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
OTHER = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme-api"
STARTED = datetime(2026, 11, 28, 19, 45, 12, tzinfo=UTC)


def arn(process: str, number: int) -> str:
    return f"arn:aws:ecs:us-east-1:123456789012:task-definition/acme-api-staging-{process}:{number}"


def revision(
    process: str, number: int, *, release: str = "", previous: str = "", image: str = f"{REPOSITORY}@{DIGEST}"
) -> Revision:
    """A revision as `describe_task_definition` gives it; with a collector beside the service."""
    own = {"name": process, "image": image, "essential": True, "environment": []}
    collector = {"name": "collector", "image": "collector:1", "essential": False}
    definition = {
        "taskDefinitionArn": arn(process, number),
        "family": f"acme-api-staging-{process}",
        "revision": number,
        "status": "ACTIVE",
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [own, collector],
        "compatibilities": ["EC2", "FARGATE"],
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.ecr-auth"}],
        "registeredAt": STARTED,
        "registeredBy": "arn:aws:sts::123456789012:assumed-role/acme-api-deploy-staging/deploy",
    }
    tags = {RELEASE: release, PREVIOUS: previous}
    return Revision(process, definition, {name: value for name, value in tags.items() if value})


def deployment(process: str, number: int, **more: Any) -> dict[str, Any]:
    """One of a service's deployments, going on unless told otherwise."""
    return {
        "id": f"ecs-svc/{number}",
        "status": "PRIMARY",
        "taskDefinition": arn(process, number),
        "createdAt": STARTED,
        "desiredCount": 2,
        "runningCount": 0,
        "pendingCount": 2,
        "failedTasks": 0,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment ecs-svc/{number} in progress.",
        **more,
    }
