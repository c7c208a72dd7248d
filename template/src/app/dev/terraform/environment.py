"""One environment at AWS (template-owned): what everything there is called, as `infrastructure/` names it."""

from dataclasses import dataclass

ENVIRONMENTS = ("dev", "staging", "production")
# In the order in which they are updated.
SERVICES = ("api", "worker", "schedule")
MIGRATE = "migrate"


@dataclass(frozen=True)
class Environment:
    """An environment of the service `slug`; `name` is one of ENVIRONMENTS."""

    slug: str
    name: str

    @property
    def cluster(self) -> str:
        """The ECS cluster; names of databases, buckets and alarms begin with it."""
        return f"{self.slug}-{self.name}"

    @property
    def folder(self) -> str:
        """Where its Terraform is."""
        return f"infrastructure/environments/{self.name}"

    @property
    def apply(self) -> str:
        """The command that makes what is missing."""
        return f"terraform -chdir={self.folder} apply"

    def resize(self, process: str) -> str:
        """The command that gives a service tasks: COUNT is its `least` in terraform.tfvars, of `schedule` 1."""
        return f"aws ecs update-service --cluster {self.cluster} --service {process} --desired-count COUNT"

    def family(self, process: str) -> str:
        """The family of a process's task definitions."""
        return f"{self.cluster}-{process}"

    def secret(self, variable: str) -> str:
        """The secret that holds the value of an environment variable."""
        return f"{self.slug}/{self.name}/{variable}"
