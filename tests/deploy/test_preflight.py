"""`just preflight` with nothing there, with what Terraform makes, and with all that is on the list."""

import re

from tests.deploy.account import Account
from tests.deploy.conftest import Delivery

CHECKS = {
    *("VPC and subnets", "Security groups", "RDS", "ElastiCache", "OpenSearch", "DocumentDB", "S3 bucket"),
    *("ECR repository", "ECS cluster", "Load balancer", "CloudFront", "Route 53", "Certificate"),
    *("Keys of the service", "Credentials of servers"),
    *("Image", "Task definitions", "ECS services", "Auto-scaling", "Health checks"),
    *("Log groups", "Alarms"),
}


def found(mark: str, said: str) -> set[str]:
    return set(re.findall(rf"^  {mark} ([^:]+): ", said, re.MULTILINE))


def test_all_checks_pass_on_a_complete_account(delivery: Delivery) -> None:
    delivery.account.complete()

    said = delivery.done("preflight", "staging")

    assert (found("✓", said), found("✗", said)) == (CHECKS, set())
    assert "All 22 checks passed. Next: just deploy staging" in said
    assert "a restore was tried this quarter" in said


def test_on_an_empty_account_each_check_has_its_fix(delivery: Delivery) -> None:
    said = delivery.refused("preflight", "production")

    assert found("✗", said) == CHECKS - {"ECR repository"}
    assert "preflight: 21 of 22 checks failed; each has its fix above" in said
    assert len(re.findall(r"^      fix: ", said, re.MULTILINE)) == 21
    assert "fix: terraform -chdir=infrastructure/environments/production apply" in said
    assert "fix: just build-image" in said


def test_what_terraform_leaves_to_do_is_named(delivery: Delivery) -> None:
    said = delivery.refused("preflight", "staging")

    assert {"Keys of the service", "Credentials of servers", "Image"} <= found("✗", said)
    assert "acme-api/staging/SECRET_KEY has no value" in said
    assert "fix: just put-secrets staging" in said
    assert "fix: aws secretsmanager put-secret-value --secret-id acme-api/staging/NAME" in said


def test_what_would_hurt_later_is_found(delivery: Delivery) -> None:
    account: Account = delivery.account
    account.complete()
    account.client("rds").modify_db_instance(
        DBInstanceIdentifier="acme-api-staging-postgres", BackupRetentionPeriod=0, ApplyImmediately=True
    )
    account.client("s3").delete_public_access_block(Bucket="acme-api-staging-files")
    account.client("logs").delete_log_group(logGroupName="/ecs/acme-api-staging-worker")
    account.client("cloudwatch").set_alarm_state(
        AlarmName="acme-api-staging-errors", StateValue="ALARM", StateReason="tests"
    )

    said = delivery.refused("preflight", "staging")

    assert found("✗", said) == {"RDS", "S3 bucket", "Log groups", "Alarms"}
    assert "acme-api-staging-postgres keeps no backups: it can't be restored to a point in time" in said
    assert "acme-api-staging-files is not closed to the public" in said
    assert "there is no /ecs/acme-api-staging-worker" in said
    assert "acme-api-staging-errors rings" in said
