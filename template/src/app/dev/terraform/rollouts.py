"""The change of services to other revisions (template-owned): told to AWS, then watched until it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Asks
from app.dev.terraform.environment import SERVICES, Environment
from app.dev.terraform.patience import moments
from app.dev.terraform.revisions import Revision, describe

State = Literal["going on", "done", "failed"]
# AWS lists what failed for a while after its circuit breaker has gone back.
_FAILED = "FAILED"
# Seconds between two lines about the same.
_SILENCE = 30.0


@dataclass(frozen=True)
class Rollout:
    """How far a service is on its way to a revision; `text` is for people."""

    state: State
    text: str


class RolloutError(DevelopmentError):
    """A service did not get to the revision that it was told to run."""


def describe_services(aws: Asks, environment: Environment) -> dict[str, Mapping[str, Any]]:
    """The services of an environment, by their names.

    Raises:
        DevelopmentError: one isn't there.
    """
    cluster = environment.cluster
    found = aws.ask("ecs", "describe_clusters", clusters=[cluster])["clusters"]
    if not any(one["status"] == "ACTIVE" for one in found):
        raise DevelopmentError(f"there is no ECS cluster {cluster} in this account and region; `{environment.apply}`")
    answer = aws.ask("ecs", "describe_services", cluster=cluster, services=list(SERVICES))
    there = {one["serviceName"]: one for one in answer["services"] if one["status"] == "ACTIVE"}
    if missing := [name for name in SERVICES if name not in there]:
        raise DevelopmentError(f"the cluster {cluster} has no service {', '.join(missing)}; `{environment.apply}`")
    return {name: there[name] for name in SERVICES}


def without_tasks(services: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Services that are told to run nothing, as a restore leaves them: Terraform keeps the number that it finds."""
    return [name for name, one in services.items() if one["desiredCount"] == 0]


def check_tasks(environment: Environment, services: Mapping[str, Mapping[str, Any]]) -> None:
    """Say which services a release would reach without running there.

    Raises:
        DevelopmentError: the API is one of them; it would never be ready.
    """
    idle = without_tasks(services)
    if "api" in idle:
        raise DevelopmentError(
            f"api has a desired count of 0, so nothing could become ready; `{environment.resize('api')}`"
        )
    for name in idle:
        say(f"! {name} has a desired count of 0 and stays without tasks; `{environment.resize(name)}`")


def running_revisions(aws: Asks, services: Mapping[str, Mapping[str, Any]]) -> dict[str, Revision]:
    """What each service is told to run."""
    return {name: describe(aws, name, one["taskDefinition"]) for name, one in services.items()}


def start_rollout(aws: Asks, environment: Environment, process: str, arn: str) -> datetime:
    """Tell a service to run a revision; since when AWS has been at it.

    Raises:
        AwsError: it refuses.
    """
    answer = aws.ask("ecs", "update_service", cluster=environment.cluster, service=process, taskDefinition=arn)
    since: datetime = _primary(answer["service"])["createdAt"]
    return since


def wait_for_rollouts(
    aws: Asks, environment: Environment, targets: Mapping[str, str], since: Mapping[str, datetime], *, within: float
) -> None:
    """Wait until each service runs its revision and nothing else, and say how it goes.

    Raises:
        RolloutError: one failed, or it takes longer than `within` seconds.
    """
    said: dict[str, tuple[str, float]] = {}
    waiting = dict(targets)
    for passed in moments(within):
        services = describe_services(aws, environment)
        for process in list(waiting):
            rollout = read_rollout(services[process], targets[process], since[process])
            text, at = said.get(process, ("", 0.0))
            if rollout.text != text or passed - at > _SILENCE:
                say(f"  {process}: {rollout.text}")
                said[process] = (rollout.text, passed)
            if rollout.state == "failed":
                raise RolloutError(f"{process} did not start: {rollout.text}")
            if rollout.state == "done":
                del waiting[process]
        if not waiting:
            return
    raise RolloutError(f"{', '.join(waiting)} not ready after {within:.0f} s; {_last_events(services, waiting)}")


def read_rollout(service: Mapping[str, Any], arn: str, since: datetime) -> Rollout:
    """How far a service is on its way to the revision `arn`, which it was told to run at `since`.

    The primary deployment is what a service is to run. The circuit breaker goes back by putting a newer one before
    ours; an older one in its place is an answer that hasn't heard of ours yet.
    """
    primary = _primary(service)
    name = arn.rpartition("/")[2]
    ours = [one for one in service["deployments"] if one["taskDefinition"] == arn]
    failed = next((one for one in ours if one.get("rolloutState") == _FAILED), None)
    if primary["taskDefinition"] != arn:
        if primary["createdAt"] <= since:
            return Rollout("going on", f"{name} waits")
        back = primary["taskDefinition"].rpartition("/")[2]
        why = failed.get("rolloutStateReason", "") if failed else ""
        return Rollout("failed", f"AWS went back from {name} to {back}. {why or _events(service)}".strip())
    if failed is primary:
        return Rollout("failed", primary.get("rolloutStateReason") or f"{name} failed. {_events(service)}")
    counts = f"{primary['runningCount']} of {primary['desiredCount']} run {name}"
    if broken := primary.get("failedTasks"):
        counts += f", {broken} failed to start"
    return Rollout("done" if _is_over(service, primary) else "going on", counts)


def _is_over(service: Mapping[str, Any], primary: Mapping[str, Any]) -> bool:
    if "rolloutState" in primary:
        return bool(primary["rolloutState"] == "COMPLETED")
    return len(service["deployments"]) == 1 and primary["runningCount"] == primary["desiredCount"]


def _primary(service: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in service["deployments"] if one["status"] == "PRIMARY")
    return found


def _last_events(services: Mapping[str, Mapping[str, Any]], waiting: Mapping[str, str]) -> str:
    return " ".join(filter(None, (_events(services[process]) for process in waiting)))


def _events(service: Mapping[str, Any]) -> str:
    """What AWS said last of a service, newest first."""
    return " ".join(str(one["message"]) for one in (service.get("events") or [])[:2])
