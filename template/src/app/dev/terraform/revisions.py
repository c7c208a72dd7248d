"""Revisions of task definitions (template-owned): the pattern of a new one, and what ran before it.

A deployment registers one revision for each process. Two tags say what AWS doesn't keep: `deploy:release` is the same
for all that were registered together, and `deploy:previous` names the revision that the service ran before. So the
way back is a chain that was written at deployment time: going back twice never goes forward.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.dev.processes import DevelopmentError
from app.dev.terraform.aws import Asks, tags

RELEASE, PREVIOUS = "deploy:release", "deploy:previous"
# What AWS says of a revision and does not take in a registration.
_SAID_BY_AWS = frozenset(
    {
        "compatibilities",
        "deleteRequestedAt",
        "deregisteredAt",
        "registeredAt",
        "registeredBy",
        "requiresAttributes",
        "revision",
        "status",
        "taskDefinitionArn",
    }
)
_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Revision:
    """One revision of the task definition of `process`, as AWS describes it."""

    process: str
    definition: Mapping[str, Any]
    tags: Mapping[str, str]

    @property
    def arn(self) -> str:
        return str(self.definition["taskDefinitionArn"])

    @property
    def name(self) -> str:
        """Family and number, as `acme-api-staging-worker:12`."""
        return self.arn.rpartition("/")[2]

    @property
    def is_active(self) -> bool:
        """Whether a service can be told to run it."""
        return self.definition.get("status") == "ACTIVE"

    @property
    def container(self) -> Mapping[str, Any]:
        """Its own container; another one may stand beside it.

        Raises:
            DevelopmentError: it has none of this name.
        """
        for one in self.definition["containerDefinitions"]:
            if one["name"] == self.process:
                found: Mapping[str, Any] = one
                return found
        raise DevelopmentError(f"{self.name} has no container `{self.process}`; see infrastructure/modules")

    @property
    def image(self) -> str:
        return str(self.container["image"])

    @property
    def log_options(self) -> Mapping[str, str]:
        """Where it logs to in CloudWatch; nothing if it is elsewhere."""
        log = self.container.get("logConfiguration") or {}
        options: Mapping[str, str] = log.get("options") or {}
        return options if log.get("logDriver") == "awslogs" else {}

    @property
    def logs(self) -> str:
        """The command that shows what it logged."""
        group = self.log_options.get("awslogs-group")
        return f"`aws logs tail {group} --since 15m`" if group else "not in CloudWatch"

    @property
    def is_deployed(self) -> bool:
        """Whether a deployment registered it: what Terraform registers names an image that need not be there."""
        return RELEASE in self.tags and is_by_digest(self.image)

    @property
    def release(self) -> str:
        """When it was registered, which is the same for all of one deployment; nothing if it was by Terraform."""
        return self.tags.get(RELEASE, "")

    @property
    def previous(self) -> str:
        """The revision that the service ran before."""
        return self.tags.get(PREVIOUS, "")


def is_by_digest(image: str) -> bool:
    """Whether a reference means the same image for ever."""
    return _DIGEST.fullmatch(image) is not None


def name_release(moment: datetime) -> str:
    """A release's name; names sort as their moments do."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def describe(aws: Asks, process: str, revision: str) -> Revision:
    """A revision by its ARN, or by a family's name its newest active one.

    Raises:
        AwsError: there is none.
    """
    answer = aws.ask("ecs", "describe_task_definition", taskDefinition=revision, include=["TAGS"])
    return Revision(process, answer["taskDefinition"], tags(answer.get("tags") or ()))


def register(aws: Asks, pattern: Revision, image: str, own: Mapping[str, str]) -> Revision:
    """Register a revision like `pattern` with another image, and tags of its own.

    Raises:
        AwsError: AWS refuses it.
    """
    answer = aws.ask("ecs", "register_task_definition", **registration(pattern, image, own))
    return Revision(pattern.process, answer["taskDefinition"], tags(answer.get("tags") or ()))


def registration(pattern: Revision, image: str, own: Mapping[str, str]) -> dict[str, Any]:
    """What to register: all of the pattern but the image of its own container."""
    kept = {name: value for name, value in pattern.definition.items() if name not in _SAID_BY_AWS}
    containers = [
        {**one, "image": image} if one is pattern.container else one
        for one in pattern.definition["containerDefinitions"]
    ]
    given = {name: value for name, value in pattern.tags.items() if not name.startswith(("aws:", "deploy:"))}
    written = [{"key": name, "value": value} for name, value in {**given, **own}.items()]
    return {**kept, "containerDefinitions": containers, "tags": written}


def way_back(running: Mapping[str, Revision]) -> dict[str, str]:
    """For each service the ARN to go back to: whoever runs the newest release goes to what it ran before.

    The others were not reached by it, or are back already.

    Raises:
        DevelopmentError: nothing was deployed, or nothing before it.
    """
    newest = max(revision.release for revision in running.values())
    reached = {process: one for process, one in running.items() if one.release == newest}
    if not newest or not all(one.previous for one in reached.values()):
        raise DevelopmentError(f"there is nothing before {newest or 'what Terraform made'}; deploy a release instead")
    return {process: one.previous if process in reached else one.arn for process, one in running.items()}


def last_whole(running: Mapping[str, Revision]) -> dict[str, str]:
    """The ARNs of the last release that all services ran: what they run, if no deployment broke off."""
    if len({revision.release for revision in running.values()}) == 1:
        return {process: revision.arn for process, revision in running.items()}
    return way_back(running)


def can_be_used_again(newest: Mapping[str, Revision], image: str, before: Mapping[str, str]) -> bool:
    """Whether a deployment that broke off registered what we would: then going on needs nothing new."""
    releases = {revision.release for revision in newest.values()}
    return (
        len(releases) == 1
        and releases != {""}
        and all(one.image == image for one in newest.values())
        and all(newest[process].arn == arn or newest[process].previous == arn for process, arn in before.items())
    )
