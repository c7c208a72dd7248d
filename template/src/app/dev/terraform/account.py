"""What the checks of `preflight` look at (template-owned): the environment's services, asked for once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.dev.processes import DevelopmentError
from app.dev.terraform.aws import Asks, AwsError
from app.dev.terraform.environment import MIGRATE, SERVICES, Environment
from app.dev.terraform.revisions import Revision, describe
from app.dev.terraform.smoke_test import public_url

PROCESSES = (*SERVICES, MIGRATE)


class MissingError(DevelopmentError):
    """A check failed; `fix` is the command that mends it, nothing for `terraform apply`."""

    def __init__(self, text: str, fix: str = "") -> None:
        super().__init__(text)
        self.fix = fix


@dataclass(frozen=True)
class Check:
    """One line of the list: `look` says what is there, or raises MissingError."""

    part: str
    name: str
    look: Callable[["Account"], str]


class Account:
    """An environment as its account has it."""

    def __init__(self, aws: Asks, environment: Environment) -> None:
        self.aws = aws
        self.environment = environment

    @cached_property
    def services(self) -> dict[str, Mapping[str, Any]]:
        """The ECS services that are there, by their names; none without the cluster."""
        try:
            answer = self.aws.ask("ecs", "describe_services", cluster=self.environment.cluster, services=list(SERVICES))
        except AwsError as error:
            if error.code != "ClusterNotFoundException":
                raise
            return {}
        return {one["serviceName"]: one for one in answer["services"] if one["status"] == "ACTIVE"}

    @cached_property
    def revisions(self) -> dict[str, Revision]:
        """The newest task definition of each process that has one."""
        found = {}
        for process in PROCESSES:
            try:
                found[process] = describe(self.aws, process, self.environment.family(process))
            except AwsError as error:
                if error.code != "ClientException":
                    raise
        return found

    @property
    def api(self) -> Mapping[str, Any]:
        """The service `api`, whose network and load balancer lead to most of the rest."""
        if "api" not in self.services:
            raise MissingError("there is no service api in the cluster to ask")
        return self.services["api"]

    @property
    def network(self) -> Mapping[str, Any]:
        """Subnets and security groups of the API's tasks."""
        found: Mapping[str, Any] = self.api["networkConfiguration"]["awsvpcConfiguration"]
        return found

    @property
    def target_group(self) -> str:
        """Where the load balancer finds the API's tasks."""
        balancers = self.api.get("loadBalancers") or []
        if not balancers:
            raise MissingError("the service api is behind no load balancer")
        return str(balancers[0]["targetGroupArn"])

    @property
    def host(self) -> str:
        """The public name of the API."""
        if "api" not in self.revisions:
            raise MissingError("there is no task definition of api, whose ALLOWED_HOSTS would name the host")
        try:
            return public_url(self.revisions["api"]).split("/")[2]
        except DevelopmentError as error:
            raise MissingError(str(error)) from None

    def named(self, service: str, operation: str, key: str, name: str, **parameters: Any) -> list[Mapping[str, Any]]:
        """Of what AWS lists, that whose `name` begins with the cluster's."""
        prefix = self.environment.cluster
        found = self.aws.ask_all(service, operation, key, **parameters)
        return [one for one in found if str(one[name]) == prefix or str(one[name]).startswith(f"{prefix}-")]
