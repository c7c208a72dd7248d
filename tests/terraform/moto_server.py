"""moto's server with the gaps closed that would stop `terraform apply`: run as `python moto_server.py PORT ZONE`.

It runs in an environment of its own (moto is no dependency of this repository), so it imports nothing of ours. Each
patch names the resource that needs it; it goes when moto no longer does.
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


class ParameterGroups:
    """aws_elasticache_parameter_group, of which moto has nothing: names, families and what was set."""

    groups: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, str]] = {}

    def create_cache_parameter_group(self) -> Any:
        name = self._get_param("CacheParameterGroupName")
        group = {"CacheParameterGroupName": name, "ARN": f"arn:aws:elasticache:us-east-1:{ACCOUNT}:parametergroup:{name}"}
        group |= {key: self._get_param(key) for key in ("CacheParameterGroupFamily", "Description")}
        ParameterGroups.groups[name] = group
        return ActionResult({"CacheParameterGroup": group})

    def modify_cache_parameter_group(self) -> Any:
        name = self._get_param("CacheParameterGroupName")
        given = self._get_param("ParameterNameValues")
        values = {one["ParameterName"]: one["ParameterValue"] for one in given}
        ParameterGroups.values.setdefault(name, {}).update(values)
        return ActionResult({"CacheParameterGroupName": name})

    def describe_cache_parameter_groups(self) -> Any:
        return ActionResult({"CacheParameterGroups": [ParameterGroups.groups[self._get_param("CacheParameterGroupName")]]})

    def describe_cache_parameters(self) -> Any:
        values = ParameterGroups.values.get(self._get_param("CacheParameterGroupName"), {})
        return ActionResult({"Parameters": [{"ParameterName": n, "ParameterValue": v, "Source": "user"} for n, v in values.items()]})


def patch() -> None:
    """Close the gaps."""
    ApplicationAutoScalingResponse.list_tags_for_resource = list_no_tags

    for name in vars(ParameterGroups):
        if "parameter" in name:
            setattr(ElastiCacheResponse, name, vars(ParameterGroups)[name])

    create_group = ElastiCacheBackend.create_replication_group
    ElastiCacheBackend.create_replication_group = lambda self, *args, **kwargs: add_members(
        create_group(self, *args, **kwargs), self
    )

    make_identity = EmailIdentity.__init__

    def with_tokens(self: Any, *args: Any, **kwargs: Any) -> None:  # aws_sesv2_email_identity
        make_identity(self, *args, **kwargs)
        self.dkim_attributes["Tokens"] = ["first", "second", "third"]

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
