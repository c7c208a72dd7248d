"""Network, database, cache, registry, cluster and the way in (template-owned; the guide's list "Infrastructure")."""

from app.dev.terraform.account import Account, Check, MissingError
from app.dev.terraform.aws import AwsError
from app.dev.terraform.environment import SERVICES


def vpc(account: Account) -> str:
    """The tasks' subnets, in more than one zone."""
    subnets = account.aws.ask("ec2", "describe_subnets", SubnetIds=account.network["subnets"])["Subnets"]
    zones = {one["AvailabilityZone"] for one in subnets}
    if len(zones) < 2:
        raise MissingError(f"tasks run in {len(zones)} zone; the loss of it stops the service")
    return f"{subnets[0]['VpcId']}, {len(subnets)} subnets in {', '.join(sorted(zones))}"


def security_groups(account: Account) -> str:
    """The tasks' groups, of which none lets the whole world in."""
    groups = account.network["securityGroups"]
    found = account.aws.ask("ec2", "describe_security_groups", GroupIds=groups)["SecurityGroups"]
    for one in found:
        ranges = [each for rule in one["IpPermissions"] for each in rule.get("IpRanges", [])]
        if any(each["CidrIp"] == "0.0.0.0/0" for each in ranges):
            raise MissingError(f"{one['GroupId']} of the tasks is open to every address, past the load balancer")
    return ", ".join(one["GroupId"] for one in found)


def rds(account: Account) -> str:
    """PostgreSQL, encrypted and with backups."""
    found = [
        one
        for one in account.named("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier")
        if one["Engine"] in ("postgres", "aurora-postgresql")
    ]
    if not found:
        raise MissingError(f"there is no PostgreSQL named {account.environment.cluster}…")
    one = found[0]
    if one["DBInstanceStatus"] != "available":
        raise MissingError(f"{one['DBInstanceIdentifier']} is {one['DBInstanceStatus']}", "wait until it is available")
    if not one.get("BackupRetentionPeriod"):
        raise MissingError(f"{one['DBInstanceIdentifier']} keeps no backups: it can't be restored to a point in time")
    return f"{one['DBInstanceIdentifier']}, {one['BackupRetentionPeriod']} days of backups"


def elasticache(account: Account) -> str:
    """Redis, which is asked over TLS."""
    found = account.named("elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId")
    if not found:
        raise MissingError(f"there is no replication group named {account.environment.cluster}…")
    one = found[0]
    if one["Status"] != "available":
        raise MissingError(f"{one['ReplicationGroupId']} is {one['Status']}", "wait until it is available")
    return str(one["ReplicationGroupId"])


def ecr(account: Account) -> str:
    """The repository of images."""
    repository = account.environment.slug
    try:
        found = account.aws.ask("ecr", "describe_repositories", repositoryNames=[repository])["repositories"]
    except AwsError as error:
        if error.code != "RepositoryNotFoundException":
            raise
        fix = "terraform -chdir=infrastructure/shared/ecr apply"
        raise MissingError(f"there is no repository {repository}", fix) from None
    return str(found[0]["repositoryUri"])


def cluster(account: Account) -> str:
    """The cluster and its three services."""
    if missing := [name for name in SERVICES if name not in account.services]:
        raise MissingError(f"{account.environment.cluster} lacks the service {', '.join(missing)}")
    return f"{account.environment.cluster} with {', '.join(SERVICES)}"


def load_balancer(account: Account) -> str:
    """A listener with TLS in front of the API."""
    group = account.aws.ask("elbv2", "describe_target_groups", TargetGroupArns=[account.target_group])
    balancers = group["TargetGroups"][0]["LoadBalancerArns"]
    if not balancers:
        raise MissingError("no load balancer sends anything to the API's target group")
    listeners = account.aws.ask("elbv2", "describe_listeners", LoadBalancerArn=balancers[0])["Listeners"]
    if not any(one["Protocol"] == "HTTPS" for one in listeners):
        raise MissingError("the load balancer has no listener with TLS")
    return str(balancers[0]).rpartition("loadbalancer/")[2]


def cloudfront(account: Account) -> str:
    """A distribution that is switched on."""
    found = account.aws.ask_all("cloudfront", "list_distributions", "DistributionList.Items")
    own = [
        one
        for one in found
        if account.environment.cluster in one.get("Comment", "")
        or account.host in one.get("Aliases", {}).get("Items", [])
    ]
    if not own:
        raise MissingError(f"no distribution has {account.host} as an alias or is called {account.environment.cluster}")
    if not own[0]["Enabled"]:
        raise MissingError(f"the distribution {own[0]['Id']} is switched off")
    return str(own[0]["DomainName"])


def route_53(account: Account) -> str:
    """A record of the public name."""
    host = f"{account.host}."
    zones = account.aws.ask_all("route53", "list_hosted_zones", "HostedZones")
    own = [one for one in zones if host == one["Name"] or host.endswith(f".{one['Name']}")]
    for zone in sorted(own, key=lambda one: len(one["Name"]), reverse=True):
        answer = account.aws.ask(
            "route53", "list_resource_record_sets", HostedZoneId=zone["Id"], StartRecordName=host, MaxItems="5"
        )
        if any(one["Name"] == host and one["Type"] in ("A", "AAAA", "CNAME") for one in answer["ResourceRecordSets"]):
            return f"{account.host} in {zone['Name']}"
    raise MissingError(f"no hosted zone has a record of {account.host}")


def certificate(account: Account) -> str:
    """A certificate of the public name that ACM renews."""
    covering = {account.host, f"*.{account.host.partition('.')[2]}"}
    found = account.aws.ask_all("acm", "list_certificates", "CertificateSummaryList")
    for one in found:
        names = {one["DomainName"], *one.get("SubjectAlternativeNameSummaries", [])}
        if names & covering:
            described = account.aws.ask("acm", "describe_certificate", CertificateArn=one["CertificateArn"])
            if described["Certificate"]["Status"] == "ISSUED":
                return f"{one['DomainName']} is issued"
    raise MissingError(f"there is no issued certificate for {account.host}")


CHECKS = (
    Check("Infrastructure", "VPC and subnets", vpc),
    Check("Infrastructure", "Security groups", security_groups),
    Check("Infrastructure", "RDS", rds),
    Check("Infrastructure", "ElastiCache", elasticache),
    Check("Infrastructure", "ECR repository", ecr),
    Check("Infrastructure", "ECS cluster", cluster),
    Check("Infrastructure", "Load balancer", load_balancer),
    Check("Infrastructure", "CloudFront", cloudfront),
    Check("Infrastructure", "Route 53", route_53),
    Check("Infrastructure", "Certificate", certificate),
)
