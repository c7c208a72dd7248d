"""`migrate` as a task of its own on the cluster (template-owned), before any service runs the new image."""

from collections.abc import Mapping
from typing import Any

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Asks, AwsError
from app.dev.terraform.environment import MIGRATE, Environment
from app.dev.terraform.patience import moments
from app.dev.terraform.revisions import Revision

LAST_LINES = 30


class MigrationError(DevelopmentError):
    """The database is as the migration left it; no service was changed."""


def start_migration(aws: Asks, environment: Environment, revision: Revision, like: Mapping[str, Any]) -> str:
    """Start the task where the service `like` runs, in its network; its ARN.

    Raises:
        MigrationError: AWS has no place for it.
    """
    answer = aws.ask("ecs", "run_task", cluster=environment.cluster, taskDefinition=revision.arn, **placement(like))
    if not answer["tasks"]:
        said = "; ".join(str(one.get("reason")) for one in answer.get("failures") or ())
        raise MigrationError(f"the migration could not be started: {said or 'AWS gave no reason'}")
    return str(answer["tasks"][0]["taskArn"])


def placement(service: Mapping[str, Any]) -> dict[str, Any]:
    """Where a service's tasks run, in the words of `run_task`."""
    found: dict[str, Any] = {"networkConfiguration": service["networkConfiguration"], "count": 1, "startedBy": "deploy"}
    # Either of the two, never both.
    if service.get("capacityProviderStrategy"):
        found["capacityProviderStrategy"] = service["capacityProviderStrategy"]
    else:
        found["launchType"] = service.get("launchType") or "FARGATE"
    return found


def wait_for_migration(aws: Asks, environment: Environment, revision: Revision, task: str, *, within: float) -> None:
    """Wait for its end, which must be a good one.

    Raises:
        MigrationError: it failed, or it takes longer than `within` seconds and goes on by itself.
    """
    for _ in moments(within):
        found = aws.ask("ecs", "describe_tasks", cluster=environment.cluster, tasks=[task])["tasks"]
        # Right after the start AWS may not know it yet.
        if found and found[0]["lastStatus"] == "STOPPED":
            fault = fault_of(found[0])
            if fault:
                say(_log_end(aws, revision, task))
                raise MigrationError(f"the migration failed: {fault}")
            return
    raise MigrationError(f"the migration still runs after {within:.0f} s, as {task}; its log: {revision.logs}")


def fault_of(task: Mapping[str, Any]) -> str:
    """Why a stopped task failed; nothing if it ended well."""
    container = next((one for one in task["containers"] if one["name"] == MIGRATE), None)
    code = container.get("exitCode") if container else None
    if code == 0:
        return ""
    said = [container.get("reason") if container else None, task.get("stoppedReason")]
    ended = "it never ran" if code is None else f"exit status {code}"
    return "; ".join([ended, *(str(one) for one in said if one)])


def log_stream(revision: Revision, task: str) -> tuple[str, str]:
    """The log group and the stream of a task, which ECS names; nothing where it logs elsewhere."""
    options = revision.log_options
    if "awslogs-stream-prefix" not in options:
        return "", ""
    return options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{MIGRATE}/{task.rpartition('/')[2]}"


def _log_end(aws: Asks, revision: Revision, task: str) -> str:
    group, stream = log_stream(revision, task)
    if not group:
        return "  (its log is not in CloudWatch)"
    try:
        answer = aws.ask(
            "logs", "get_log_events", logGroupName=group, logStreamName=stream, limit=LAST_LINES, startFromHead=False
        )
    except AwsError as error:
        return f"  (its log can't be read: {error})"
    return "\n".join([f"  the end of {group} {stream}:", *(f"    {one['message']}" for one in answer["events"])])
