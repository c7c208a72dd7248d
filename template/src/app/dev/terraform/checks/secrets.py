"""What the task definitions take from Secrets Manager (template-owned; the guide's list "Secrets")."""

from app.dev.terraform.account import Account, Check, MissingError
from app.dev.terraform.aws import AwsError
from app.dev.terraform.put_secrets import FILES, has_value


def keys(account: Account) -> str:
    """The service's own keys."""
    if faults := [fault for name in FILES if (fault := _fault(account, account.environment.secret(name)))]:
        raise MissingError("; ".join(faults), f"just put-secrets {account.environment.name}")
    return f"{', '.join(FILES)} have values"


def references(account: Account) -> str:
    """All that a task definition names: a task without one of them does not start."""
    named = sorted({secret for secret in _named(account) if not _is_key(account, secret)})
    if not account.revisions:
        raise MissingError("there are no task definitions to tell which secrets they need")
    if faults := [fault for secret in named if (fault := _fault(account, secret))]:
        raise MissingError(
            "; ".join(faults),
            f"aws secretsmanager put-secret-value --secret-id {account.environment.secret('NAME')} --secret-string …",
        )
    return f"{len(named)} that the task definitions name have values"


def secret_id(reference: str) -> str:
    """The ARN of the secret in a `valueFrom`, which may go on with a key, a stage and a version."""
    return ":".join(reference.split(":")[:7])


def _named(account: Account) -> set[str]:
    return {
        secret_id(secret["valueFrom"])
        for revision in account.revisions.values()
        for container in revision.definition["containerDefinitions"]
        for secret in container.get("secrets") or ()
        if ":secretsmanager:" in secret["valueFrom"]
    }


def _is_key(account: Account, secret: str) -> bool:
    return any(f":secret:{account.environment.secret(name)}" in secret for name in FILES)


def _fault(account: Account, secret: str) -> str:
    name = secret.rpartition(":secret:")[2]
    try:
        described = account.aws.ask("secretsmanager", "describe_secret", SecretId=secret)
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            raise
        return f"{name} isn't there"
    return "" if has_value(described) else f"{name} has no value"


CHECKS = (
    Check("Secrets", "Keys of the service", keys),
    Check("Secrets", "Credentials of servers", references),
)
