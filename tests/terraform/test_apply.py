"""Production, applied: what is there, and what tasks are given. Without DocumentDB: the mock has none."""

import re
import urllib.error
from pathlib import Path

import pytest

from tests.terraform.applying import ECS, Applied
from tests.terraform.settings import authority, production_faults

CLUSTER = "acme-api-production"
PROCESSES = ("api", "worker", "schedule", "migrate")
ENVIRONMENT = {
    "ALLOWED_HOSTS": "api.example.com",
    "CLAMAV_HOST": "clamav.acme-api-production.internal",
    "CLAMAV_PORT": "3310",
    "CORS_ALLOWED_ORIGINS": "",
    "ENVIRONMENT": "production",
    "LOG_FORMAT": "json",
    "METRICS_PORT": "9464",
    "MINIO_BUCKET": "acme-api-production-files-123456789012",
    "MINIO_ENDPOINT": "s3.us-east-1.amazonaws.com",
    "MINIO_PORT": "443",
    "MINIO_REGION": "us-east-1",
    "MINIO_TLS": "true",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318",
    "PORT": "3000",
    "SHUTDOWN_DRAIN_SECONDS": "15",
    "SMTP_FROM": "noreply@api.example.com",
    "SMTP_HOST": "email-smtp.us-east-1.amazonaws.com",
    "SMTP_PORT": "587",
    "SMTP_TLS": "starttls",
    "TRUSTED_PROXY_HOPS": "2",
}
EMPTY = ("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", "SECRET_KEY", "SMTP_PASSWORD", "SMTP_USERNAME")
URLS = {
    "DATABASE_URL": r"postgresql://app:[0-9a-f]{64}@[^/@]+:5432/app\?sslmode=verify-full&sslrootcert=/authorities/aws\.pem",
    "ELASTICSEARCH_URL": r"https://app:[^@/]{40,}@[^/@]+:443",
    "REDIS_URL": r"rediss://:[A-Za-z0-9]{64}@[^/@]+:6379/0",
}


def test_production_is_there(applied: Applied, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{applied.resources} resources in {applied.seconds:.0f} s")

    assert applied.resources > 165
    assert (applied.outputs["cluster"], applied.outputs["url"]) == (CLUSTER, "https://api.example.com")
    assert applied.outputs["empty_secrets"] == [f"acme-api/production/{name}" for name in EMPTY]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_task_has_one_essential_container_of_the_process_s_name(applied: Applied, process: str) -> None:
    containers = applied.task(f"{CLUSTER}-{process}")["containerDefinitions"]
    commands = {"api": [], "worker": ["work"], "schedule": ["schedule"], "migrate": ["migrate"]}

    assert [one["name"] for one in containers if one["essential"]] == [process]
    assert containers[0].get("command", []) == commands[process]
    assert containers[0]["image"] == "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme-api:none"


@pytest.mark.parametrize("process", PROCESSES)
def test_a_task_has_the_roles_that_a_deployment_may_hand_over(applied: Applied, process: str) -> None:
    task = applied.task(f"{CLUSTER}-{process}")
    roles = [task[key].rpartition("/")[2] for key in ("executionRoleArn", "taskRoleArn")]

    # As shared/iam/policies.tf has them for iam:PassRole.
    assert roles == [f"{CLUSTER}-execution", f"{CLUSTER}-task"]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_task_is_given_the_variables_of_the_contract(applied: Applied, process: str) -> None:
    container = applied.container(f"{CLUSTER}-{process}", process)

    assert {one["name"]: one["value"] for one in container["environment"]} == ENVIRONMENT
    assert [one["name"] for one in container["secrets"]] == sorted((*URLS, *EMPTY))


def test_every_variable_is_one_that_the_service_knows(applied: Applied) -> None:
    known = set(
        re.findall(
            r"^#?([A-Z_]+)=", (applied.service / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    assert {*ENVIRONMENT, *URLS, *EMPTY} - known == set()


def test_urls_are_filled_and_keys_are_left_to_be(applied: Applied) -> None:
    secrets = {one["name"]: one["valueFrom"] for one in applied.container(f"{CLUSTER}-api", "api")["secrets"]}

    for name, shape in URLS.items():
        assert re.fullmatch(shape, applied.secret(secrets[name])), name
    for name in EMPTY:
        with pytest.raises(urllib.error.HTTPError):
            applied.secret(secrets[name])


def test_a_task_ends_after_it_has_drained(applied: Applied) -> None:
    container = applied.container(f"{CLUSTER}-api", "api")

    # 15 s of draining, 11 for requests in flight, 3 for the last spans.
    assert container["stopTimeout"] == 60
    assert (container["readonlyRootFilesystem"], container["user"]) == (True, "10001:10001")


def test_the_api_runs_behind_the_load_balancer_and_no_other_service_does(
    applied: Applied,
) -> None:
    names = ["api", "schedule", "worker"]
    found = applied.ask(f"{ECS}.DescribeServices", cluster=CLUSTER, services=names)["services"]
    services = {one["serviceName"]: one for one in found}

    assert {name: one["desiredCount"] for name, one in services.items()} == {
        "api": 3,
        "schedule": 1,
        "worker": 2,
    }
    assert [len(services[name]["loadBalancers"]) for name in names] == [1, 0, 0]
    assert services["api"]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"


def test_the_scanner_is_waited_for_while_it_fetches_its_signatures(applied: Applied) -> None:
    found = applied.ask(f"{ECS}.DescribeServices", cluster=CLUSTER, services=["clamav"])["services"]

    assert applied.container(f"{CLUSTER}-clamav", "clamav")["healthCheck"]["startPeriod"] == 300
    assert [one["desiredCount"] for one in found] == [2]


def test_production_starts_with_what_it_is_given(applied: Applied, tmp_path: Path) -> None:
    container = applied.container(f"{CLUSTER}-api", "api")
    given = {one["name"]: one["value"] for one in container["environment"]}
    given |= {
        one["name"]: applied.secret(one["valueFrom"])
        for one in container["secrets"]
        if one["name"] not in EMPTY
    }
    file = authority(tmp_path)

    said = production_faults(
        applied.service, {name: value.replace("/authorities/aws.pem", file) for name, value in given.items()}
    )

    assert said == "DATABASE_URL verify-full, REDIS_URL True, the keys are there"
