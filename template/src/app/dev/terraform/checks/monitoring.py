"""Logs and alarms (template-owned; the guide's list "Monitoring")."""

from app.dev.terraform.account import PROCESSES, Account, Check, MissingError


def log_groups(account: Account) -> str:
    """A group for each process: a task that can't log does not start."""
    prefix = f"/ecs/{account.environment.cluster}/"
    found = account.aws.ask_all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
    there = {one["logGroupName"]: one.get("retentionInDays") for one in found}
    names = [account.environment.log_group(process) for process in PROCESSES]
    if missing := [name for name in names if name not in there]:
        raise MissingError(f"there is no {', '.join(missing)}")
    if endless := [name for name in names if there[name] is None]:
        raise MissingError(f"{', '.join(endless)} keep their lines for ever")
    return f"{prefix}… for {', '.join(PROCESSES)}"


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
