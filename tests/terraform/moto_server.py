"""moto's server with the gaps closed that stop `terraform apply`; tests/moto.py gives it a port and a zone.

It runs in an environment of its own (moto is no dependency of this repository) and imports nothing of ours.
Each patch names the resource that needs it; it goes when moto no longer does.
"""

import os
import sys
from typing import Any

# aws_iam_role_policy_attachment; and `aws ecs wait services-stable`, which otherwise never ends.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_ECS_SERVICE_RUNNING", "2")

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.responses import ActionResult
from moto.elasticache.models import CacheCluster, ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.route53.models import route53_backends
from moto.server import main
from moto.ses.models import EmailIdentity


def list_no_tags(_: Any) -> str:
    """aws_appautoscaling_target asks for tags, which moto doesn't know there."""
    return '{"Tags": {}}'


def add_members(group: Any, backend: Any) -> Any:
    """aws_elasticache_replication_group asks after the members that moto names and never makes."""
    names = CacheCluster.__init__.__code__.co_varnames[1 : CacheCluster.__init__.__code__.co_argcount]
    for member in group.member_clusters:
        values = dict.fromkeys(names) | {name: getattr(group, name) for name in names if hasattr(group, name)}
        values |= {"account_id": backend.account_id, "region_name": backend.region_name}
        values |= {"cache_cluster_id": member, "engine": "redis"}
        values["engine_version"] = getattr(group, "engine_version", None) or "7.1"
        backend.cache_clusters[member] = CacheCluster(**values)
    return group


GROUPS: dict[str, dict[str, str]] = {}
VALUES: dict[str, dict[str, str]] = {}


def create_group(response: Any) -> Any:
    """aws_elasticache_parameter_group, of which moto has nothing: its name and family."""
    name = response._get_param("CacheParameterGroupName")
    arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:parametergroup:{name}"
    given = {key: response._get_param(key) for key in ("CacheParameterGroupFamily", "Description")}
    GROUPS[name] = {"CacheParameterGroupName": name, "ARN": arn, **given}
    return ActionResult({"CacheParameterGroup": GROUPS[name]})


def modify_group(response: Any) -> Any:
    """What is set in a group."""
    name = response._get_param("CacheParameterGroupName")
    given = response._get_param("ParameterNameValues")
    VALUES.setdefault(name, {}).update({one["ParameterName"]: one["ParameterValue"] for one in given})
    return ActionResult({"CacheParameterGroupName": name})


def describe_groups(response: Any) -> Any:
    """One group, which is how Terraform asks."""
    return ActionResult({"CacheParameterGroups": [GROUPS[response._get_param("CacheParameterGroupName")]]})


def describe_parameters(response: Any) -> Any:
    """What was set in a group."""
    values = VALUES.get(response._get_param("CacheParameterGroupName"), {})
    described = [{"ParameterName": n, "ParameterValue": v, "Source": "user"} for n, v in values.items()]
    return ActionResult({"Parameters": described})


def patch() -> None:
    """Close the gaps."""
    ApplicationAutoScalingResponse.list_tags_for_resource = list_no_tags

    ElastiCacheResponse.create_cache_parameter_group = create_group
    ElastiCacheResponse.modify_cache_parameter_group = modify_group
    ElastiCacheResponse.describe_cache_parameter_groups = describe_groups
    ElastiCacheResponse.describe_cache_parameters = describe_parameters

    list_tags = ElastiCacheResponse.list_tags_for_resource
    ElastiCacheResponse.list_tags_for_resource = lambda self: (
        ActionResult({"TagList": []})
        if ":parametergroup:" in self._get_param("ResourceName")
        else list_tags(self)
    )

    make_replicas = ElastiCacheBackend.create_replication_group
    ElastiCacheBackend.create_replication_group = lambda self, *args, **kwargs: add_members(
        make_replicas(self, *args, **kwargs), self
    )

    make_identity = EmailIdentity.__init__

    def with_tokens(self: Any, *args: Any, **kwargs: Any) -> None:  # aws_sesv2_email_identity
        make_identity(self, *args, **kwargs)
        self.dkim_attributes["Tokens"] = ["first", "second", "third"]
        # A text, where AWS's clients want a number.
        self.dkim_attributes.pop("LastKeyGenerationTimestamp", None)

    EmailIdentity.__init__ = with_tokens


def add_zone(name: str) -> None:
    """The zone that an account has before anything is applied."""
    backend = route53_backends[ACCOUNT]["aws"]
    backend.create_hosted_zone(name=f"{name}.", private_zone=False, caller_reference="before")


if __name__ == "__main__":
    port, zone = sys.argv[1:]
    patch()
    add_zone(zone)
    main(["--host", "127.0.0.1", "--port", port])
