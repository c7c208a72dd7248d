"""Logs and alarms (template-owned; the guide's list "Monitoring")."""

from app.dev.terraform.account import Account, Check, MissingError


def log_groups(account: Account) -> str:
    """A group for each process: a task that can't log does not start."""
    if not account.revisions:
        raise MissingError("there are no task definitions to tell where their processes log to")
    names = {name: one.log_options.get("awslogs-group", "") for name, one in account.revisions.items()}
    if without := [name for name, group in names.items() if not group]:
        raise MissingError(f"{', '.join(without)} don't log to CloudWatch")
    for group in names.values():
        found = account.aws.ask_all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=group)
        kept = [one.get("retentionInDays") for one in found if one["logGroupName"] == group]
        if not kept:
            raise MissingError(f"there is no {group}")
        if kept == [None]:
            raise MissingError(f"{group} keeps its lines for ever")
    return ", ".join(names.values())


def alarms(account: Account) -> str:
    """Alarms that tell somebody, and of which none rings."""
    found = account.aws.ask_all(
        "cloudwatch", "describe_alarms", "MetricAlarms", AlarmNamePrefix=account.environment.cluster
    )
    if not found:
        raise MissingError(f"there is no alarm named {account.environment.cluster}…")
    if silent := [one["AlarmName"] for one in found if not one["AlarmActions"]]:
        raise MissingError(f"{', '.join(silent)} would tell nobody")
    if ringing := [one["AlarmName"] for one in found if one["StateValue"] == "ALARM"]:
        raise MissingError(f"{', '.join(ringing)} rings", "see why before something new comes on top")
    return f"{len(found)}, none rings"


CHECKS = (
    Check("Monitoring", "Log groups", log_groups),
    Check("Monitoring", "Alarms", alarms),
)
