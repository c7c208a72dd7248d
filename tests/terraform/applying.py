"""An environment applied to moto's server, and what that says of it afterwards."""

import json
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.terraform.terraform import copied, initialised, terraform

ENVIRONMENT = "production"
# What the services are asked by, whose addresses the provider must know.
SERVICES = (
    *(
        "acm",
        "applicationautoscaling",
        "cloudfront",
        "cloudwatch",
        "ec2",
        "ecr",
        "ecs",
        "elasticache",
        "elbv2",
    ),
    *(
        "iam",
        "kms",
        "logs",
        "opensearch",
        "rds",
        "route53",
        "s3",
        "secretsmanager",
        "servicediscovery",
        "sesv2",
    ),
    *("sns", "sts", "wafv2"),
)
# The beginning of each operation's name, as AWS's clients say it in a header.
ECS, SECRETS = "AmazonEC2ContainerServiceV20141113", "secretsmanager"
_APPLY_SECONDS = 1500


@dataclass(frozen=True)
class Applied:
    """An environment that is applied: where the mock is, what Terraform put out, how long it took."""

    service: Path
    url: str
    outputs: dict[str, Any]
    resources: int
    seconds: float

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Ask the mock, as `ask(f"{ECS}.ListTaskDefinitions")`."""
        kind = "ecs" if operation.startswith(ECS) else "secretsmanager"
        scope = f"Credential=test/20260101/us-east-1/{kind}/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none",
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": operation,
        }
        body = json.dumps(arguments).encode()
        request = urllib.request.Request(self.url, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def task(self, family: str) -> dict[str, Any]:
        """The newest revision of a task, as `describe-task-definition` gives it."""
        answer = self.ask(f"{ECS}.DescribeTaskDefinition", taskDefinition=family)
        revision: dict[str, Any] = answer["taskDefinition"]
        return revision

    def secret(self, arn: str) -> str:
        """A secret's value; one that is empty has none: an HTTPError."""
        return str(self.ask(f"{SECRETS}.GetSecretValue", SecretId=arn)["SecretString"])

    def container(self, family: str, name: str) -> dict[str, Any]:
        """A container of a task, by its name."""
        found = [one for one in self.task(family)["containerDefinitions"] if one["name"] == name]
        return dict(found[0])


def apply(service: Path, folder: Path, url: str) -> Applied:
    """Apply a render's production environment to the mock: only the provider's addresses are changed."""
    infrastructure = copied(service, folder / "infrastructure")
    root = infrastructure / "environments" / ENVIRONMENT
    aliases = (None, "us_east_1")
    # Terraform merges what is called so over the root's own blocks.
    (root / "moto_override.tf").write_text(
        "".join(_provider(url, alias) for alias in aliases), encoding="utf-8"
    )
    (root / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n', encoding="utf-8")
    # The provider waits for a long first while, however soon the domain is there.
    shorter = 'variable "create_timeout" {\n  default = "1m"\n}\n'
    (infrastructure / "modules/opensearch/moto_override.tf").write_text(shorter, encoding="utf-8")
    initialised(root)
    began = time.monotonic()
    options = ("-auto-approve", "-input=false", "-no-color", "-parallelism=20")
    terraform("apply", *options, folder=root, seconds=_APPLY_SECONDS)
    seconds = time.monotonic() - began
    outputs = json.loads(terraform("output", "-json", folder=root))
    resources = [
        line for line in terraform("state", "list", folder=root).splitlines() if ".data." not in line
    ]
    values = {name: output["value"] for name, output in outputs.items()}
    return Applied(service, url, values, len(resources), seconds)


def _provider(url: str, alias: str | None) -> str:
    lines = [f'alias = "{alias}"'] if alias else []
    lines += ['access_key = "test"', 'secret_key = "test"', "s3_use_path_style = true"]
    lines += ["skip_credentials_validation = true", "skip_metadata_api_check = true"]
    lines += ["endpoints {", *(f'{service} = "{url}"' for service in SERVICES), "}"]
    return "\n".join(('provider "aws" {', *lines, "}\n"))
