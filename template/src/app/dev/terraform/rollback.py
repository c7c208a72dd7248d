"""`just rollback` and `just releases`: what was deployed, and the way back to it (template-owned).

Migrations stay: core's and components' only add within a major version, so the release before works on them.
"""

from collections.abc import Mapping
from datetime import datetime

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Asks
from app.dev.terraform.deploy import SMOKE_TEST_SECONDS, StoppedError
from app.dev.terraform.environment import SERVICES, Environment
from app.dev.terraform.revisions import Revision, describe, way_back
from app.dev.terraform.rollouts import (
    check_tasks,
    describe_services,
    running_revisions,
    start_rollout,
    wait_for_rollouts,
)
from app.dev.terraform.smoke_test import public_url, wait_until_ready

# How many of the newest revisions are looked at: each is one question to AWS.
LOOKED_AT = 20


def roll_back(
    aws: Asks,
    environment: Environment,
    *,
    to: str | None = None,
    within: float,
    smoke_within: float = SMOKE_TEST_SECONDS,
) -> None:
    """Bring all services to the release before, or to the one of this name, and see that they are ready.

    Raises:
        DevelopmentError: there is none, or it does not start; the text says what runs now.
    """
    services = describe_services(aws, environment)
    check_tasks(environment, services)
    running = running_revisions(aws, services)
    targets = _targets(aws, environment, running, to)
    since: dict[str, datetime] = {}
    try:
        for process in SERVICES:
            say(f"{process}: {running[process].name} → {targets[process].name}")
            since[process] = start_rollout(aws, environment, process, targets[process].arn)
        wait_for_rollouts(
            aws, environment, {process: one.arn for process, one in targets.items()}, since, within=within
        )
        wait_until_ready(public_url(targets["api"]), within=smoke_within)
    except DevelopmentError as error:
        raise DevelopmentError(
            f"{error}. The services are told to run {targets['api'].release}; logs: {targets['api'].logs}; "
            f"or choose another: `just releases {environment.name}`, `just rollback {environment.name} --to RELEASE`"
        ) from error
    except KeyboardInterrupt:
        raise StoppedError(
            f"stopped in the middle. AWS goes on by itself to bring {', '.join(since) or 'nothing'} back. "
            f"To finish: `just rollback {environment.name} --to {targets['api'].release}`"
        ) from None
    say(f"{environment.cluster} runs release {targets['api'].release}. Migrations stay: they are not rolled back")


def list_releases(aws: Asks, environment: Environment) -> None:
    """Say what was deployed, newest first, and what runs now."""
    runs = running_revisions(aws, describe_services(aws, environment))["api"].release
    found = _deployed(aws, environment, "api")
    if not found:
        say(f"nothing was deployed to {environment.name} yet: `just deploy {environment.name}`")
    for one in found:
        say(f"{'*' if one.release == runs else ' '} {one.release}  {one.name}  {one.image}")


def _targets(
    aws: Asks, environment: Environment, running: Mapping[str, Revision], to: str | None
) -> dict[str, Revision]:
    if to is None:
        found = {process: describe(aws, process, arn) for process, arn in way_back(running).items()}
    else:
        found = {process: _of_release(aws, environment, process, to) for process in SERVICES}
    for one in found.values():
        if not (one.is_active and one.is_deployed):
            raise DevelopmentError(
                f"{one.name} was registered by Terraform or is no longer active: there is no release to go back to. "
                f"See `just releases {environment.name}`"
            )
    return found


def _of_release(aws: Asks, environment: Environment, process: str, release: str) -> Revision:
    found = _deployed(aws, environment, process)
    for one in found:
        if one.release == release:
            return one
    known = ", ".join(one.release for one in found) or "none"
    raise DevelopmentError(f"{process} has no release {release}; there are: {known}")


def _deployed(aws: Asks, environment: Environment, process: str) -> list[Revision]:
    """The newest revisions of a process that deployments registered, newest first."""
    answer = aws.ask(
        "ecs",
        "list_task_definitions",
        familyPrefix=environment.family(process),
        status="ACTIVE",
        sort="DESC",
        maxResults=LOOKED_AT,
    )
    newest = sorted(answer["taskDefinitionArns"], key=lambda arn: int(arn.rpartition(":")[2]), reverse=True)
    return [one for one in (describe(aws, process, arn) for arn in newest[:LOOKED_AT]) if one.is_deployed]
