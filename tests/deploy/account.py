"""An account on the stand-in for AWS, as `infrastructure/` makes one: what a deployment needs, or all."""

import json
from dataclasses import dataclass
from typing import Any

import boto3

from tests.deploy.digests import REPOSITORY, image

REGION = "us-east-1"
HOST = "api.acme.example"
KEYS = ("SECRET_KEY", "JWT_PUBLIC_KEY", "JWT_PRIVATE_KEY")
PROCESSES = ("api", "worker", "schedule", "migrate")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True)
class Account:
    """The account of the service `acme-api`, and one environment in it."""

    endpoint: str
    environment: str = "staging"

    @property
    def cluster(self) -> str:
        return f"acme-api-{self.environment}"

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def make_services(self, placeholder: str = f"{REPOSITORY}:bootstrap") -> None:
        """Network, repository, logs, secrets without values, services on Terraform's own revisions."""
        self.client("ecr").create_repository(repositoryName="acme-api")
        for process in PROCESSES:
            self.client("logs").create_log_group(logGroupName=f"/ecs/{self.cluster}-{process}")
            self.client("logs").put_retention_policy(
                logGroupName=f"/ecs/{self.cluster}-{process}", retentionInDays=30
            )
        secrets = {name: self.make_secret(name) for name in (*KEYS, "DATABASE_URL")}
        ecs = self.client("ecs")
        ecs.create_cluster(clusterName=self.cluster)
        for process in PROCESSES:
            ecs.register_task_definition(**self.definition(process, placeholder, secrets))
        network = self._network()
        balancer = self._load_balancer(network)
        for process in PROCESSES[:3]:
            behind = [{"targetGroupArn": balancer, "containerName": "api", "containerPort": 3000}]
            ecs.create_service(
                cluster=self.cluster,
                serviceName=process,
                taskDefinition=f"{self.cluster}-{process}",
                desiredCount=2,
                launchType="FARGATE",
                networkConfiguration={"awsvpcConfiguration": network},
                loadBalancers=behind if process == "api" else [],
                deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            )

    def definition(self, process: str, reference: str, secrets: dict[str, str]) -> dict[str, Any]:
        """A task definition as Terraform registers it."""
        options = {"awslogs-group": f"/ecs/{self.cluster}-{process}", "awslogs-stream-prefix": "ecs"}
        own = {
            "name": process,
            "image": reference,
            "essential": True,
            "readonlyRootFilesystem": True,
            "environment": [
                {"name": "ALLOWED_HOSTS", "value": f"{HOST},internal.acme.example"},
                {"name": "MINIO_BUCKET", "value": f"{self.cluster}-files"},
            ],
            "secrets": [{"name": name, "valueFrom": arn} for name, arn in secrets.items()],
            "logConfiguration": {"logDriver": "awslogs", "options": {**options, "awslogs-region": REGION}},
        }
        return {
            "family": f"{self.cluster}-{process}",
            "containerDefinitions": [own],
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "tags": [{"key": "managed-by", "value": "terraform"}],
        }

    def make_secret(self, name: str) -> str:
        answer = self.client("secretsmanager").create_secret(Name=f"acme-api/{self.environment}/{name}")
        return str(answer["ARN"])

    def secret(self, name: str) -> str:
        """The value of a secret."""
        client = self.client("secretsmanager")
        return str(client.get_secret_value(SecretId=f"acme-api/{self.environment}/{name}")["SecretString"])

    def push(self, number: int, becomes: str = "0") -> str:
        """An image in the repository; its reference by digest."""
        reference = image(number, becomes)
        # Two images of one manifest would be one.
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {"digest": reference}, "layers": []}
        self.client("ecr").put_image(
            repositoryName="acme-api",
            imageManifest=json.dumps(manifest),
            imageTag=f"commit-{becomes}-{number}",
            imageDigest=reference.partition("@")[2],
        )
        return reference

    def running(self) -> dict[str, tuple[int, str]]:
        """What each service is told to run: number of its revision, and image."""
        ecs = self.client("ecs")
        found = ecs.describe_services(cluster=self.cluster, services=list(PROCESSES[:3]))["services"]
        definitions = {
            one["serviceName"]: ecs.describe_task_definition(taskDefinition=one["taskDefinition"])
            for one in found
        }
        return {
            name: (
                one["taskDefinition"]["revision"],
                one["taskDefinition"]["containerDefinitions"][0]["image"],
            )
            for name, one in definitions.items()
        }

    def revisions(self, process: str) -> int:
        """How many revisions a process has."""
        family = f"{self.cluster}-{process}"
        return len(self.client("ecs").list_task_definitions(familyPrefix=family)["taskDefinitionArns"])

    def complete(self) -> None:
        """All that the checklist asks for, with values in all secrets."""
        secrets = self.client("secretsmanager")
        for name in (*KEYS, "DATABASE_URL"):
            secrets.put_secret_value(SecretId=f"acme-api/{self.environment}/{name}", SecretString="a value")
        self.push(1)
        self._servers()
        self._edge()
        self._scaling()
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=f"{self.cluster}-errors",
            AlarmActions=[f"arn:aws:sns:{REGION}:123456789012:alarms"],
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="HTTPCode_Target_5XX_Count",
            Namespace="AWS/ApplicationELB",
            Period=60,
            Statistic="Sum",
            Threshold=1,
        )

    def _network(self) -> dict[str, list[str]]:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        # Without names moto can't run a task there.
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{10 + number}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )
            for number, zone in enumerate("ab")
        ]
        group = ec2.create_security_group(GroupName="tasks", Description="tasks", VpcId=vpc)["GroupId"]
        return {"subnets": [one["Subnet"]["SubnetId"] for one in subnets], "securityGroups": [group]}

    def _load_balancer(self, network: dict[str, list[str]]) -> str:
        elb, ec2 = self.client("elbv2"), self.client("ec2")
        vpc = ec2.describe_subnets(SubnetIds=network["subnets"])["Subnets"][0]["VpcId"]
        group = elb.create_target_group(
            Name="api",
            Protocol="HTTP",
            Port=3000,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckPath="/health/ready",
        )["TargetGroups"][0]["TargetGroupArn"]
        balancer = elb.create_load_balancer(Name=self.cluster, Subnets=network["subnets"])["LoadBalancers"][0]
        certificate = self.client("acm").request_certificate(DomainName=HOST, ValidationMethod="DNS")
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": certificate["CertificateArn"]}],
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return str(group)

    def _servers(self) -> None:
        self.client("rds").create_db_instance(
            DBInstanceIdentifier=f"{self.cluster}-postgres",
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            MasterUsername="service",
            MasterUserPassword="a-password-of-the-tests",
            AllocatedStorage=20,
            BackupRetentionPeriod=7,
        )
        self.client("docdb").create_db_cluster(
            DBClusterIdentifier=f"{self.cluster}-documents",
            Engine="docdb",
            MasterUsername="service",
            MasterUserPassword="a-password-of-the-tests",
        )
        self.client("elasticache").create_replication_group(
            ReplicationGroupId=self.cluster, ReplicationGroupDescription="Redis", Engine="redis"
        )
        self.client("opensearch").create_domain(DomainName=self.cluster)
        bucket = f"{self.cluster}-files"
        self.client("s3").create_bucket(Bucket=bucket)
        names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        self.client("s3").put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(names, True)
        )

    def _edge(self) -> None:
        route_53 = self.client("route53")
        zone = route_53.create_hosted_zone(Name="acme.example", CallerReference="tests")["HostedZone"]["Id"]
        record = {"Name": HOST, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
        route_53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
        self.client("cloudfront").create_distribution(DistributionConfig=_distribution(self.cluster))

    def _scaling(self) -> None:
        scaling = self.client("application-autoscaling")
        of_api = {
            "ServiceNamespace": "ecs",
            "ResourceId": f"service/{self.cluster}/api",
            "ScalableDimension": "ecs:service:DesiredCount",
        }
        scaling.register_scalable_target(**of_api, MinCapacity=2, MaxCapacity=6)
        metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        scaling.put_scaling_policy(
            **of_api,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "PredefinedMetricSpecification": metric,
                "TargetValue": 60.0,
            },
        )


def _distribution(name: str) -> dict[str, Any]:
    origin = {
        "Id": "api",
        "DomainName": HOST,
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
    }
    return {
        "CallerReference": "tests",
        "Comment": name,
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": [HOST]},
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only"},
    }
