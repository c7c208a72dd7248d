"""`just deploy`: a new image for all of an environment (template-owned), and back to what ran before if it fails.

Registered first, migrated second, and only then a service is touched: until there nothing has to be undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Asks
from app.dev.terraform.environment import MIGRATE, SERVICES, Environment
from app.dev.terraform.images import find_image
from app.dev.terraform.migration import start_migration, wait_for_migration
from app.dev.terraform.revisions import (
    PREVIOUS,
    RELEASE,
    Revision,
    can_be_used_again,
    describe,
    last_whole,
    name_release,
    register,
)
from app.dev.terraform.rollouts import (
    check_tasks,
    describe_services,
    running_revisions,
    start_rollout,
    wait_for_rollouts,
)
from app.dev.terraform.smoke_test import public_url, wait_until_ready

SMOKE_TEST_SECONDS = 90.0


class StoppedError(DevelopmentError):
    """Somebody stopped it in the middle; the text says what goes on without us, and the next command."""


@dataclass(frozen=True)
class Plan:
    """What a deployment is about: revisions to run, and for each service the ARN to go back to."""

    new: Mapping[str, Revision]
    before: Mapping[str, str]
    can_go_back: bool
    url: str

    @property
    def release(self) -> str:
        return self.new[MIGRATE].release

    @property
    def logs(self) -> str:
        """The command that shows what the API logged."""
        return self.new["api"].logs

    @property
    def targets(self) -> dict[str, str]:
        """The ARN that each service is to run."""
        return {process: self.new[process].arn for process in SERVICES}


@dataclass
class Progress:
    """How far a deployment is, for whoever stops it in the middle."""

    migration: str = ""
    changed: list[str] = field(default_factory=list)
    is_going_back: bool = False


def deploy(
    aws: Asks,
    environment: Environment,
    *,
    image: str | None = None,
    restart: bool = False,
    within: float,
    smoke_within: float = SMOKE_TEST_SECONDS,
) -> None:
    """Bring an image to all services of an environment.

    `image` is a reference by digest, none for the newest of the repository. With `restart` new tasks start even if
    they run it already, and read their secrets again.

    Raises:
        DevelopmentError: it failed; the text says what runs now.
    """
    progress = Progress()
    try:
        services = describe_services(aws, environment)
        check_tasks(environment, services)
        plan = prepare(aws, environment, services, image=find_image(aws, environment.slug, image), restart=restart)
        migrate(aws, environment, plan, services["api"], progress, within=within)
        try:
            change(aws, environment, plan, progress, within=within)
            wait_until_ready(plan.url, within=smoke_within)
        except DevelopmentError as error:
            say(f"Failed: {error}")
            progress.is_going_back = True
            raise DevelopmentError(
                go_back(aws, environment, plan, progress, within=within, smoke_within=smoke_within)
            ) from error
    except KeyboardInterrupt:
        raise StoppedError(stopped(environment, progress)) from None
    say(f"{environment.cluster} runs release {plan.release}")


def prepare(
    aws: Asks, environment: Environment, services: Mapping[str, Mapping[str, Any]], *, image: str, restart: bool
) -> Plan:
    """Register a revision of each process with the image, or take those that a broken deployment left."""
    running = running_revisions(aws, services)
    before = last_whole(running)
    newest = {process: describe(aws, process, environment.family(process)) for process in (*SERVICES, MIGRATE)}
    url = public_url(newest["api"])
    can_go_back = all(describe(aws, process, arn).is_deployed for process, arn in before.items())
    say(f"Image {image}")
    if not restart and can_be_used_again(newest, image, before):
        say(f"Release {newest[MIGRATE].release} is registered already")
        return Plan(newest, before, can_go_back, url)
    release = name_release(datetime.now(UTC))
    new = {}
    for process, pattern in newest.items():
        back = {PREVIOUS: before[process]} if process in before else {}
        new[process] = register(aws, pattern, image, {RELEASE: release, **back})
    say(f"Release {release}: {', '.join(one.name for one in new.values())}")
    return Plan(new, before, can_go_back, url)


def migrate(
    aws: Asks,
    environment: Environment,
    plan: Plan,
    like: Mapping[str, Any],
    progress: Progress,
    *,
    within: float,
) -> None:
    """Run the migrations of the new image.

    Raises:
        DevelopmentError: they failed; no service was changed.
    """
    say("Migrating …")
    revision = plan.new[MIGRATE]
    try:
        progress.migration = start_migration(aws, environment, revision, like)
        wait_for_migration(aws, environment, revision, progress.migration, within=within)
    except DevelopmentError as error:
        raise DevelopmentError(
            f"{error}. No service was changed; mend the cause, then `just deploy {environment.name}` again"
        ) from error


def change(aws: Asks, environment: Environment, plan: Plan, progress: Progress, *, within: float) -> None:
    """Tell all services to run their new revisions, and wait."""
    say("Starting the new release …")
    since = {}
    for process, arn in plan.targets.items():
        # First: what is stopped in the middle of the call may have been heard.
        progress.changed.append(process)
        since[process] = start_rollout(aws, environment, process, arn)
    wait_for_rollouts(aws, environment, plan.targets, since, within=within)


def go_back(
    aws: Asks, environment: Environment, plan: Plan, progress: Progress, *, within: float, smoke_within: float
) -> str:
    """Put back what ran before; what to say of it."""
    name = environment.name
    if not plan.can_go_back:
        return (
            "the new release does not run, and no release was deployed before it to go back to; "
            f"mend the cause, then `just deploy {name}` again. Logs: {plan.logs}"
        )
    if plan.before == plan.targets:
        return (
            "the environment runs this release already, and it is in trouble; nothing was changed. "
            f"To go back to the one before: `just rollback {name}`"
        )
    say("Going back to what ran before …")
    try:
        since = {one: start_rollout(aws, environment, one, plan.before[one]) for one in progress.changed}
        targets = {one: plan.before[one] for one in progress.changed}
        wait_for_rollouts(aws, environment, targets, since, within=within)
        wait_until_ready(plan.url, within=smoke_within)
    except DevelopmentError as error:
        return (
            f"the new release failed, and so did the way back: {error}. "
            f"Logs: {plan.logs}. Then `just rollback {name}` again"
        )
    return (
        f"release {plan.release} failed and was rolled back: what ran before runs again, and is ready. "
        f"What it migrated stays. Mend the cause, then `just deploy {name}`; logs: {plan.logs}"
    )


def stopped(environment: Environment, progress: Progress) -> str:
    """What a deployment that was stopped in the middle leaves, and the next command."""
    again = f"`just deploy {environment.name}`"
    if not progress.changed:
        task = f"The migration goes on by itself, as {progress.migration}; n" if progress.migration else "N"
        return f"stopped. {task}o service was changed. To go on: {again}"
    reached = ", ".join(progress.changed)
    way = "back to what ran before" if progress.is_going_back else "to the new release"
    return (
        f"stopped in the middle. AWS goes on by itself to bring {reached} {way}. "
        f"To finish: {again}; to go back: `just rollback {environment.name}`"
    )
